// SPDX-License-Identifier: Apache-2.0
/** get_package, get_job and install_package: the packages that flow offloading needs. */
import type { ModuleState, PackageState } from './state.ts';

export type PackageName = 'kmod-nft-offload' | 'kmod-nf-flow' | 'kmod-nft-nat';

export interface PackageVersion {
	name: PackageName;
	/** Null when the package is not installed. */
	version: string | null;
}

export interface PackageDetails {
	manager: PackageState['manager'];
	packages: PackageVersion[];
	module: ModuleState;
	kernel: KernelFit;
	/** KiB free on the flash; null when the router does not say. */
	free_kib: number | null;
}

/** Whether the installed kernel package is that of the running kernel. */
export interface KernelFit {
	running: string;
	installed: string | null;
	fits: boolean;
}

// --- get_job, install_package

export interface JobArguments {
	/** Bytes of the log that the caller has already. */
	offset?: number;
}

export type JobStep = 'check' | 'update' | 'match' | 'install' | 'load' | 'reload' | 'verify';

export interface Progress {
	done: number;
	total: number;
	unit: 'bytes' | 'actions';
}

export interface JobReport {
	id: number;
	step: JobStep;
	/** Seconds since the step began, and after how many it is given up. */
	step_seconds: number;
	step_limit: number;
	progress: Progress | null;
	/** The log from the offset on, the offset behind it, and whether there is more already. */
	log: string;
	log_next: number;
	log_more: boolean;
}

/** What a job changed on the router. */
export interface JobChanges {
	installed: PackageVersion[];
	module_loaded: boolean;
	firewall_reloaded: boolean;
}

/**
 * The last line in which a program told of an error, or else its last line; empty where it printed nothing. At most
 * 256 characters of printable ASCII, and whatever a feed's server has put there.
 */
export type LastWord = string;

export type Failure =
	| { code: 'no_manager' }
	| { code: 'no_network' }
	| { code: 'feed_gone' }
	/** It sent what the package manager cannot read. */
	| { code: 'feed_unreadable' }
	/** The feed's address is https, and the router has no TLS library. */
	| { code: 'no_tls' }
	| { code: 'certificate_refused' }
	| { code: 'signature_refused' }
	| { code: 'database_locked' }
	| { code: 'read_only' }
	| { code: 'no_space'; free_kib: number; needed_kib: number }
	| { code: 'wrong_kernel'; kernel: string; offered: string }
	| { code: 'not_in_feed' }
	| { code: 'interrupted' }
	| { code: 'timed_out' }
	/** In a way that nobody has a name for, with its last word. The status is 0 where it noticed nothing. */
	| { code: 'manager_failed'; status: number; last: LastWord }
	/** With modprobe's last word. */
	| { code: 'module_not_loaded'; last: LastWord }
	/** The status is 0 where nft has refused the ruleset: `fw4 reload` does not tell. */
	| { code: 'reload_failed'; status: number }
	/** A fault of the job's own. */
	| { code: 'fault'; reason: string };

export type Job =
	| { state: 'none' }
	| { state: 'running'; report: JobReport }
	| { state: 'succeeded'; report: JobReport; changes: JobChanges }
	| { state: 'failed'; report: JobReport; changes: JobChanges; failure: Failure };
