// SPDX-License-Identifier: Apache-2.0
/**
 * A change of the mode as its guard writes it down in memory: for whoever asks, and for the guard that follows a killed one.
 * On the flash lies a marker as long as the change is neither kept nor taken back: what a restart must know.
 */
import { mkdir, unlink } from 'fs';
import type {
	Change,
	ChangeOutcome,
	ChangeReport,
	Mode,
	OffloadOption,
	OffloadOptions,
	RevertObstacle,
	RevertReason
} from '../../api/index.ts';
import { now_ms, uptime } from 'nft_offload.base.clock';
import { run } from 'nft_offload.base.command';
import { is_there, read_file } from 'nft_offload.base.files';
import type { Being } from 'nft_offload.base.job';
import { read_record, ROOT_ALONE, write_record, write_whole } from 'nft_offload.base.record';
import { is_integer, is_object, is_text, parse_json } from 'nft_offload.base.value';
import type { Watch } from 'nft_offload.change.proof';
import { mode_of, read_options, way_back_of } from 'nft_offload.state.firewall';
import { CHANGE_MARKER, CHANGE_RECORD, MARKER_LIMIT } from 'nft_offload.state.pending';

const MARKER_DIRECTORY = '/etc/nft-offload';

/** Seconds for all that was written to reach the flash. */
const SYNC_LIMIT = 15;

interface Transaction extends ChangeReport, Being {
	phase: 'starting' | 'loading' | 'proving' | 'reverting' | 'ended';
	/** When the router goes back, in seconds since its boot: nobody sets that clock. */
	deadline: number;
	/** When the firewall was asked to load, on the same clock. */
	since: number;
	/** What was set up before the change. */
	was: { mode: Mode; loaded: boolean };
	/** The flowtable that the next load replaces; null where there is none. */
	handle: number | null;
	/** The firewall did not load by itself, and was loaded by us. */
	loaded: boolean;
	/** The file holds the old options again. */
	restored: boolean;
	/** Since the flash takes nothing, the old options are staged for the firewall. */
	staged: boolean;
	/** Since when the file has no section `defaults`; null where it has one. */
	bare_since: number | null;
	watch: Watch | null;
	reason: RevertReason;
	obstacle: RevertObstacle;
	outcome: ChangeOutcome | null;
}

function report_of(change: ChangeReport): ChangeReport {
	const report: ChangeReport = {
		id: change.id,
		mode: change.mode,
		previous: change.previous,
		options: change.options,
		previous_options: change.previous_options,
		// Absent in a marker that an older version has left.
		way_back: change.way_back ?? null,
		by: change.by,
		trial: change.trial,
		seconds: change.seconds
	};
	if (change.policy != null) {
		report.policy = change.policy;
	}
	return report;
}

/** What a change that is not kept goes back to. */
function back_of(change: ChangeReport): OffloadOptions {
	return change.way_back ?? change.previous_options;
}

/** Both are there, and neither is anything but a text or absent. */
function is_options(value: unknown): boolean {
	const is_value = (name: OffloadOption): boolean =>
		is_object(value) && exists(value, name) && (value[name] == null || is_text(value[name]));
	return is_value('flow_offloading') && is_value('flow_offloading_hw');
}

function is_report(value: unknown): value is ChangeReport {
	return (
		is_object(value) &&
		is_integer(value['id']) &&
		is_text(value['mode']) &&
		is_text(value['previous']) &&
		is_options(value['options']) &&
		is_options(value['previous_options']) &&
		(value['way_back'] == null || is_options(value['way_back']))
	);
}

/** Whether it is one of ours: the directory is root's alone, and the file is replaced as a whole. */
function is_transaction(value: unknown): value is Transaction {
	return (
		is_report(value) &&
		is_object(value) &&
		is_text(value['phase']) &&
		is_integer(value['deadline']) &&
		is_object(value['was'])
	);
}

/** The change that runs or ended last since the boot. */
function read_transaction(): Transaction | null {
	const value = read_record(CHANGE_RECORD);
	return is_transaction(value) ? value : null;
}

/** Writes it down, whether that worked. */
function save(transaction: Transaction): boolean {
	return write_record(CHANGE_RECORD, transaction);
}

/** Has all that was written reach the flash. */
function sync_flash(): void {
	run('/bin/sync', [], SYNC_LIMIT);
}

/** Leaves the marker on the flash; whether it is there as it should be. */
function leave_marker(change: ChangeReport): boolean {
	const text = sprintf('%J', report_of(change));
	mkdir(MARKER_DIRECTORY, ROOT_ALONE);
	if (!write_whole(CHANGE_MARKER, text)) {
		return false;
	}
	sync_flash();
	return read_file(CHANGE_MARKER, MARKER_LIMIT) === text;
}

/** The change that is neither kept nor taken back. */
function read_marker(): ChangeReport | null {
	const value = parse_json(read_file(CHANGE_MARKER, MARKER_LIMIT) ?? '');
	return is_report(value) ? report_of(value) : null;
}

/** Takes the marker away, whether that worked: from then on the file stays as it is. */
function remove_marker(): boolean {
	unlink(CHANGE_MARKER);
	sync_flash();
	return !is_there(CHANGE_MARKER);
}

/** Whether a marker is there that nobody can read: the flash has failed, or was cut off while it wrote. */
function is_marker_broken(): boolean {
	return is_there(CHANGE_MARKER) && read_marker() == null;
}

/** What is told in the place of a change that a broken marker has told nothing of; null where there was none since the boot. */
function lost_in(record: unknown): Change | null {
	const id = is_object(record) ? record['id'] : null;
	if (!is_object(record) || record['lost'] !== true || !is_integer(id)) {
		return null;
	}
	const now = read_options();
	return { state: 'lost', id: id, mode: now == null || way_back_of(now) != null ? null : mode_of(now) };
}

/** Leaves word of a broken marker, and takes it away once that is done: nothing else would ever be made of it. */
function tell_lost(): void {
	if (
		lost_in(read_record(CHANGE_RECORD)) != null ||
		write_record(CHANGE_RECORD, { id: now_ms(), phase: 'ended', lost: true })
	) {
		remove_marker();
	}
}

function seconds_left(transaction: Transaction): number {
	return max(transaction.deadline - uptime(), 0);
}

/** What is told of it. */
function change_of(transaction: Transaction | null): Change {
	if (transaction == null) {
		return { state: 'none' };
	}
	const report = report_of(transaction);
	if (transaction.phase === 'ended' && transaction.outcome != null) {
		return { state: 'ended', report: report, outcome: transaction.outcome };
	}
	if (transaction.phase === 'proving' && transaction.watch != null) {
		return {
			state: 'proving',
			report: report,
			seconds_left: seconds_left(transaction),
			proof: transaction.watch.proof
		};
	}
	return transaction.phase === 'starting' || transaction.phase === 'loading'
		? { state: transaction.phase, report: report, seconds_left: seconds_left(transaction) }
		: {
				state: 'reverting',
				report: report,
				reason: transaction.reason,
				waits_for: transaction.obstacle
			};
}

/** get_change: what runs or ended last. */
function get_change(): Change {
	const record = read_record(CHANGE_RECORD);
	return lost_in(record) ?? change_of(is_transaction(record) ? record : null);
}

export {
	back_of,
	get_change,
	is_marker_broken,
	leave_marker,
	MARKER_DIRECTORY,
	read_marker,
	read_transaction,
	remove_marker,
	save,
	seconds_left,
	sync_flash,
	tell_lost
};
export type { Transaction };
