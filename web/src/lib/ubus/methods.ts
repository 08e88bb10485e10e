// SPDX-License-Identifier: Apache-2.0
/** What the client must know of each method: whether it changes anything, and what it answers. */
import { configText, firewallLoad, flows, job, packageDetails, stagedMode, status } from './import.ts';
import type {
	HostHint,
	Lease4,
	Lease6,
	MethodOf,
	ObjectName,
	ReplyOf,
	UciChange,
	UciSection,
	UciValue
} from './objects.ts';
import {
	count,
	either,
	flag,
	isRecord,
	list,
	nothing,
	nullable,
	object,
	optional,
	record,
	text,
	type Shape
} from './shape.ts';

interface Method<O extends ObjectName, M extends MethodOf<O>> {
	/** Never repeated by itself, whatever the reason for the repetition. */
	changes: boolean;
	reply: Shape<ReplyOf<O, M>>;
}

type MethodTable = { [O in ObjectName]: { [M in MethodOf<O>]: Method<O, M> } };

const uciValue: Shape<UciValue> = either(Array.isArray, list(text), text);

const uciSection: Shape<UciSection> = (value, path, mismatch): value is UciSection =>
	uciHead(value, path, mismatch) && record(uciField)(value, path, mismatch);

type UciHead = Pick<UciSection, '.type' | '.name' | '.anonymous' | '.index'>;
const uciHead: Shape<UciHead> = object({
	'.type': text,
	'.name': text,
	'.anonymous': flag,
	'.index': optional(count)
});
const uciField = either(
	(value) => typeof value === 'boolean',
	flag,
	either((value) => typeof value === 'number', count, uciValue)
);

const change: Shape<UciChange> = list(either((value) => typeof value === 'number', count, text));

const hostHint: Shape<HostHint> = object({
	name: optional(text),
	ipaddrs: list(text),
	ip6addrs: list(text)
});

const never: Shape<false> = (value, path, mismatch): value is false =>
	value === false || mismatch(path, 'false or a whole number');

const lease = {
	expires: either((value) => typeof value === 'number', count, never),
	hostname: optional(text),
	macaddr: optional(text),
	duid: optional(text)
};
const lease4: Shape<Lease4> = object({ ...lease, ipaddr: text });
const lease6: Shape<Lease6> = object({ ...lease, ip6addr: text, ip6addrs: list(text) });

const isOneSection = (value: unknown) =>
	isRecord(value) && isRecord(value['values']) && typeof value['values']['.type'] === 'string';
const hasValue = (value: unknown) => isRecord(value) && Object.hasOwn(value, 'value');

export const METHODS: MethodTable = {
	session: {
		login: { changes: true, reply: object({ ubus_rpc_session: text, timeout: count, expires: count }) },
		access: { changes: false, reply: object({ access: flag }) },
		destroy: { changes: true, reply: nothing }
	},
	uci: {
		get: {
			changes: false,
			reply: nullable(
				either(
					hasValue,
					object<{ value: UciValue }>({ value: uciValue }),
					either(
						isOneSection,
						object<{ values: UciSection }>({ values: uciSection }),
						object<{ values: Record<string, UciSection> }>({ values: record(uciSection) })
					)
				)
			)
		},
		changes: { changes: false, reply: object({ changes: record(list(change)) }) },
		set: { changes: true, reply: nothing },
		delete: { changes: true, reply: nothing },
		apply: { changes: true, reply: nothing },
		confirm: { changes: true, reply: nothing },
		rollback: { changes: true, reply: nothing },
		revert: { changes: true, reply: nothing }
	},
	'luci-rpc': {
		getHostHints: { changes: false, reply: record(hostHint) },
		getDHCPLeases: {
			changes: false,
			reply: object({ dhcp_leases: list(lease4), dhcp6_leases: list(lease6) })
		}
	},
	'luci.nft-offload': {
		get_status: { changes: false, reply: status },
		get_config: { changes: false, reply: configText },
		get_flows: { changes: false, reply: flows },
		get_package: { changes: false, reply: packageDetails },
		get_job: { changes: false, reply: job },
		install_package: { changes: true, reply: job },
		load_firewall: { changes: true, reply: firewallLoad },
		set_mode: { changes: true, reply: stagedMode }
	}
};
