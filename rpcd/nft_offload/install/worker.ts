// SPDX-License-Identifier: Apache-2.0
/**
 * The job: a program of its own, started by /usr/libexec/nft-offload/start with the job's name as its argument.
 * It installs kmod-nft-offload, loads its module and reloads the firewall. Every step can be done again; success is
 * what the package database and the kernel say in the end.
 */
'use strict';
import { stat } from 'fs';
import type { Effective, Failure, PackageName, PackageVersion } from '../../api/index.ts';
import { failure_in, manager_failed, no_room } from 'nft_offload.install.failure';
import { gather } from 'nft_offload.state.evidence';
import { read_state } from 'nft_offload.install.job_files';
import type { JobState } from 'nft_offload.install.job_files';
import { begin, end, enter, run_beside } from 'nft_offload.install.job_state';
import { is_active, module_state } from 'nft_offload.state.module';
import { MANAGERS } from 'nft_offload.install.managers';
import type { Offer, PackageManager } from 'nft_offload.install.managers';
import { keep_status, release_status } from 'nft_offload.install.opkg_status';
import { look } from 'nft_offload.install.package';
import { last_word } from 'nft_offload.install.printed';
import { manager, OPKG_DATABASE } from 'nft_offload.state.package';
import { message_of, number_or } from 'nft_offload.base.value';

/** KiB of flash beside the packages and the copy of opkg's database: what either database grows by, the file system's own blocks. */
const PACKAGES_SPARE_KIB = 128;

function missing(): PackageName[] {
	const absent = filter(look().packages, (each) => each.version == null);
	return map(absent, (each) => each.name);
}

/** On the flash, for the kernel that runs. */
function is_installed(): boolean {
	const state = module_state().state;
	return state === 'builtin' || (state !== 'missing' && length(missing()) === 0);
}

/** Packages that now have another version than before. */
function changed_since(before: PackageVersion[]): PackageVersion[] {
	return filter(look().packages, (each) => {
		const old = filter(before, (other) => other.name === each.name)[0];
		return each.version !== old?.version;
	});
}

function needed_kib(offers: Offer[], names: PackageName[]): number {
	let bytes = stat(OPKG_DATABASE)?.size ?? 0;
	map(offers, (offer) => {
		bytes += index(names, offer.name) === -1 ? 0 : offer.size;
	});
	return int((bytes + 1023) / 1024) + PACKAGES_SPARE_KIB;
}

/** What stands in the way of an installation, as far as that can be told without downloading it. */
function obstacle(offers: Offer[], needed: number, why_not: Failure | null): Failure | null {
	const wanted = filter(offers, (offer) => offer.name === 'kmod-nft-offload');
	const first = wanted[0];
	if (first == null) {
		return why_not ?? { code: 'not_in_feed' };
	}
	const kernel = look().kernel.installed;
	const fitting = filter(
		wanted,
		(offer) => offer.kernel == null || kernel == null || offer.kernel === kernel
	);
	if (length(fitting) === 0) {
		return { code: 'wrong_kernel', kernel: kernel ?? '', offered: first.kernel ?? '' };
	}
	return no_room(needed);
}

/** Brings the package lists up to date; why not. */
function update(job: JobState, tools: PackageManager): Failure | null {
	enter(job, 'update');
	const ended = run_beside(job, tools.update, null);
	if (ended.status == null) {
		return { code: 'timed_out' };
	}
	// A signature that is refused is no failure to opkg.
	const told = failure_in(ended.output, ended.status, PACKAGES_SPARE_KIB);
	return told ?? (ended.status === 0 ? null : manager_failed(ended.output, ended.status));
}

/** What there is to be had of the packages, and why the manager could not tell of all. */
interface Found {
	offers: Offer[];
	why_not: Failure | null;
}

/** Asks the manager; nothing that it could not tell stands in the way where the rest suffices. */
function find(job: JobState, tools: PackageManager): Found {
	enter(job, 'match');
	const found: Found = { offers: [], why_not: null };
	const asked = look().packages;
	const commands = tools.query(map(asked, (each) => each.name));
	for (let i = 0; i < length(commands); i++) {
		const ended = run_beside(job, commands[i] ?? [], null);
		map(tools.offers(ended.output), (offer) => push(found.offers, offer));
		if (ended.status == null) {
			found.why_not = { code: 'timed_out' };
			return found;
		}
		if (ended.status !== 0) {
			const told = failure_in(ended.output, ended.status, PACKAGES_SPARE_KIB);
			found.why_not ??= told ?? manager_failed(ended.output, ended.status);
		}
	}
	return found;
}

function install(job: JobState, tools: PackageManager, names: PackageName[], needed: number): Failure | null {
	enter(job, 'install');
	const is_opkg = manager() === 'opkg';
	const unkept = is_opkg ? keep_status() : null;
	if (unkept != null) {
		return no_room(needed) ?? failure_in(unkept, 1, needed) ?? { code: 'fault', reason: last_word(unkept) };
	}
	const count = max(length(names), 1);
	const ended = run_beside(job, tools.install(names), (output, progress) =>
		tools.progress(output, progress, count)
	);
	if (is_opkg && !ended.runs) {
		release_status();
	}
	if (is_installed()) {
		return null;
	}
	if (ended.status == null) {
		return { code: 'timed_out' };
	}
	const told = failure_in(ended.output, ended.status, needed);
	return told ?? no_room(needed) ?? manager_failed(ended.output, ended.status);
}

/** From the lists to the package on the flash. */
function bring(job: JobState): Failure | null {
	const kind = manager();
	if (kind === 'none') {
		return { code: 'no_manager' };
	}
	const kernel = look().kernel;
	if (!kernel.fits) {
		return { code: 'wrong_kernel', kernel: kernel.running, offered: kernel.installed ?? '' };
	}
	const tools = MANAGERS[kind];
	const names = missing();
	// A feed that fails matters only where what is wanted is found in no other.
	const why_not = update(job, tools);
	if (why_not?.code === 'timed_out' || why_not?.code === 'database_locked') {
		return why_not;
	}
	const found = find(job, tools);
	if (found.why_not?.code === 'timed_out') {
		return found.why_not;
	}
	const needed = needed_kib(found.offers, names);
	const stands = obstacle(found.offers, needed, why_not ?? found.why_not);
	return stands ?? install(job, tools, names, needed);
}

/** Loads the module with those it needs, unless it is loaded; why not. The kernel tells, not modprobe's status. */
function load(job: JobState): Failure | null {
	if (is_active(module_state())) {
		return null;
	}
	enter(job, 'load');
	const ended = run_beside(job, ['/sbin/modprobe', 'nft_flow_offload'], null);
	if (is_active(module_state())) {
		return null;
	}
	return ended.status == null
		? { code: 'timed_out' }
		: { code: 'module_not_loaded', last: last_word(ended.output) };
}

/** Whether firewall4 has made its flowtable anew, which had this handle, where one is asked for and has devices. */
function is_renewed(handle: Effective['handle']): boolean {
	const evidence = gather();
	if (evidence.asked === 'off') {
		return true;
	}
	const hooked = evidence.hooked(evidence.asked);
	const now = evidence.effective.handle;
	return (hooked.known && length(hooked.devices) === 0) || (now != null && now !== handle);
}

/**
 * Reloads firewall4, unless it is stopped: without its state file it would refuse. That its table is not loaded is
 * not enough to tell: while the module is missing the kernel refuses every ruleset with a flowtable. `fw4 reload`
 * waits for nft, but ends with the status of what it does after that (/sbin/fw4, start): so the kernel is asked.
 */
function reload(job: JobState): Failure | null {
	const before = gather();
	if (!before.effective.loaded && !before.memory.known) {
		return null;
	}
	enter(job, 'reload');
	const status = run_beside(job, ['/etc/init.d/firewall', 'reload'], null).status;
	if (status == null) {
		return { code: 'timed_out' };
	}
	job.changes.firewall_reloaded = status === 0 && is_renewed(before.effective.handle);
	return job.changes.firewall_reloaded ? null : { code: 'reload_failed', status: status };
}

/** What counts: the package database and the kernel. */
function verify(job: JobState): Failure | null {
	enter(job, 'verify');
	return is_active(module_state()) && is_installed() ? null : { code: 'module_not_loaded', last: '' };
}

/** The module in the kernel, whatever it takes. Files that it does not take are unpacked anew, once. */
function bring_and_load(job: JobState): Failure | null {
	const whole = is_installed();
	const stuck = (whole ? null : bring(job)) ?? load(job);
	return whole && stuck?.code === 'module_not_loaded' ? (bring(job) ?? load(job)) : stuck;
}

/** Everything, from what is there to what is missing. What a job before has left undone may be the reload alone. */
function work(job: JobState, left_undone: boolean): Failure | null {
	const before = look().packages;
	const was_active = is_active(module_state());
	const failure = bring_and_load(job);
	job.changes.installed = changed_since(before);
	job.changes.module_loaded = !was_active && is_active(module_state());
	if (failure != null) {
		return failure;
	}
	const changed = length(job.changes.installed) > 0 || job.changes.module_loaded;
	const not_reloaded = is_active(module_state()) && (changed || left_undone) ? reload(job) : null;
	return not_reloaded ?? verify(job);
}

/** The job ends with a word in any case. */
function attempt(job: JobState, left_undone: boolean): Failure | null {
	try {
		release_status();
		return work(job, left_undone);
	} catch (error) {
		return { code: 'fault', reason: substr(message_of(error), 0, 256) };
	}
}

const last = read_state();
const job = begin(number_or(ARGV[0] ?? null, 0));
end(job, attempt(job, last != null && last.state !== 'succeeded'));
