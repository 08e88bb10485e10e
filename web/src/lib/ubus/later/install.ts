// SPDX-License-Identifier: Apache-2.0
import type {
	Failure,
	Job,
	JobChanges,
	JobReport,
	PackageDetails,
	PackageVersion,
	Progress
} from '../../../../../rpcd/api/index.ts';
import { manager, module } from '../import.ts';
import { count, flag, list, nullable, object, oneOf, text, variants, type Shape } from '../shape.ts';

const packageVersion: Shape<PackageVersion> = object({
	name: oneOf({ 'kmod-nft-offload': true, 'kmod-nf-flow': true, 'kmod-nft-nat': true }),
	version: nullable(text)
});

export const packageDetails: Shape<PackageDetails> = object({
	manager,
	packages: list(packageVersion),
	module,
	kernel: object({ running: text, installed: nullable(text), fits: flag }),
	free_kib: nullable(count)
});

const progress: Shape<Progress> = object({
	done: count,
	total: count,
	unit: oneOf({ bytes: true, actions: true })
});

const report: Shape<JobReport> = object({
	id: count,
	step: oneOf({
		check: true,
		update: true,
		match: true,
		install: true,
		load: true,
		reload: true,
		verify: true
	}),
	step_seconds: count,
	step_limit: count,
	progress: nullable(progress),
	log: text,
	log_next: count,
	log_more: flag
});

const changes: Shape<JobChanges> = object({
	installed: list(packageVersion),
	module_loaded: flag,
	firewall_reloaded: flag
});

const failure: Shape<Failure> = variants('code', {
	no_manager: {},
	no_network: {},
	feed_gone: {},
	feed_unreadable: {},
	no_tls: {},
	certificate_refused: {},
	signature_refused: {},
	database_locked: {},
	read_only: {},
	no_space: { free_kib: count, needed_kib: count },
	wrong_kernel: { kernel: text, offered: text },
	not_in_feed: {},
	interrupted: {},
	timed_out: {},
	manager_failed: { status: count, last: text },
	module_not_loaded: { last: text },
	reload_failed: { status: count },
	fault: { reason: text }
});

export const job: Shape<Job> = variants('state', {
	none: {},
	running: { report },
	succeeded: { report, changes },
	failed: { report, changes, failure }
});
