// SPDX-License-Identifier: Apache-2.0
/** What a session has staged of the two options, over rpcd's own `uci` object: its ACL decides. */
import type { OffloadOptions, Problem } from '../../api/index.ts';
import {
	call,
	STATUS_NOT_FOUND,
	STATUS_OK,
	STATUS_PERMISSION_DENIED,
	STATUS_TIMEOUT
} from 'nft_offload.base.bus';
import type { BusReply } from 'nft_offload.base.bus';
import { options_of } from 'nft_offload.state.firewall';
import { is_problem } from 'nft_offload.base.problem';
import { is_integer, is_object, matches } from 'nft_offload.base.value';

/** The section that holds the options, and they as the session sees them. */
interface Staged {
	section: string;
	options: OffloadOptions;
}

/** A call in the caller's name. A local caller has no session: root, whose changes are staged in /tmp/.uci. */
function call_uci(method: string, session: string | null, data: Record<string, unknown>): BusReply {
	data['config'] = 'firewall';
	if (session != null) {
		data['ubus_rpc_session'] = session;
	}
	return call('uci', method, data);
}

function failure_of(status: number, method: string): Problem {
	return status === STATUS_PERMISSION_DENIED
		? { problem: 'not_permitted' }
		: {
				problem: 'stage_failed',
				reason: `uci ${method}: ${status === STATUS_TIMEOUT ? 'no answer in time' : `ubus status ${status}`}`
			};
}

function position_of(section: Record<string, unknown>): number {
	const position = section['.index'];
	return is_integer(position) ? position : 0;
}

/** Reads the first `defaults` section, the one that firewall4 takes, as the session would commit it. */
function read_staged(session: string | null): Staged | Problem {
	const reply = call_uci('get', session, { type: 'defaults' });
	if (reply.status !== STATUS_OK && reply.status !== STATUS_NOT_FOUND) {
		return failure_of(reply.status, 'get');
	}
	const values = is_object(reply.data['values']) ? reply.data['values'] : {};
	const names = filter(keys(values), (name) => matches(name, /[A-Za-z0-9_]+/));
	let found: Staged | null = null;
	let first = 0;
	for (let i = 0; i < length(names); i++) {
		const name = names[i] ?? '';
		const section = values[name];
		if (is_object(section) && (found == null || position_of(section) < first)) {
			first = position_of(section);
			found = { section: name, options: options_of(section) };
		}
	}
	return found ?? { problem: 'no_defaults' };
}

/** Makes one option what it should be; null when that worked. */
function stage_option(
	session: string | null,
	section: string,
	name: keyof OffloadOptions,
	value: string | null
): Problem | null {
	const method = value == null ? 'delete' : 'set';
	const data: Record<string, unknown> = { section: section };
	if (value == null) {
		data['option'] = name;
	} else {
		data['values'] = name === 'flow_offloading' ? { flow_offloading: value } : { flow_offloading_hw: value };
	}
	const status = call_uci(method, session, data).status;
	return status === STATUS_OK ? null : failure_of(status, method);
}

/** Stages only what differs from what the session has. */
function stage(session: string | null, before: Staged, wanted: OffloadOptions): Problem | null {
	const names: (keyof OffloadOptions)[] = ['flow_offloading', 'flow_offloading_hw'];
	for (let i = 0; i < length(names); i++) {
		const name = names[i];
		if (name == null || before.options[name] === wanted[name]) {
			continue;
		}
		const failure = stage_option(session, before.section, name, wanted[name]);
		if (failure != null) {
			return failure;
		}
	}
	return null;
}

/** Puts both options back as they were, as far as rpcd allows. Whatever else the session has staged stays. */
function put_back(session: string | null, before: Staged): void {
	const now = read_staged(session);
	if (!is_problem(now)) {
		stage(session, now, before.options);
	}
}

export { put_back, read_staged, stage };
export type { Staged };
