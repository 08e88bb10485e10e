// SPDX-License-Identifier: Apache-2.0
/** get_status: what is asked for, what is set up, what is seen, and why they differ. */
import type { ConntrackState, Status } from '../../api/index.ts';
import { now_us, uptime } from 'nft_offload.base.clock';
import { conntrack_source, is_accounting, table_size } from 'nft_offload.base.conntrack.table';
import { board } from 'nft_offload.state.board';
import { gather } from 'nft_offload.state.evidence';
import { load } from 'nft_offload.state.load';
import { package_state } from 'nft_offload.state.package';
import { apply_pending, last_change } from 'nft_offload.state.pending';
import { verdict } from 'nft_offload.state.verdict';

function conntrack_state(): ConntrackState {
	const size = table_size();
	return {
		count: size.count,
		maximum: size.maximum,
		accounting: is_accounting(),
		source: conntrack_source()
	};
}

function get_status(): Status {
	const started = now_us();
	const evidence = gather();
	return {
		firewall: evidence.firewall,
		requested: evidence.configuration.requested,
		effective: evidence.effective,
		seen: evidence.seen,
		coverage: evidence.coverage,
		engines: evidence.engines,
		accelerators: evidence.accelerators,
		verdict: verdict(evidence),
		module: evidence.module,
		package: package_state(),
		conntrack: conntrack_state(),
		board: board(),
		apply_pending: apply_pending(),
		change: last_change(),
		uptime: uptime(),
		load: load(evidence.devices, evidence.effective.mode),
		took_us: now_us() - started
	};
}

export { get_status };
