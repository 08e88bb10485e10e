// SPDX-License-Identifier: Apache-2.0
/** get_status: what is asked for, what is in effect, and why they differ. */
import type { ConntrackState, Status } from '../../api/index.ts';
import { now_us, uptime } from 'nft_offload.base.clock';
import { board } from 'nft_offload.state.board';
import { hooked_devices } from 'nft_offload.state.devices';
import { read_line } from 'nft_offload.base.files';
import { firewall_kind, read_requested } from 'nft_offload.state.firewall';
import { read_flowtables } from 'nft_offload.state.flowtable';
import { load } from 'nft_offload.state.load';
import { module_state } from 'nft_offload.state.module';
import { package_state } from 'nft_offload.state.package';
import { apply_pending } from 'nft_offload.state.pending';
import { hardware_refusal } from 'nft_offload.state.probe';
import { conntrack_source } from 'nft_offload.base.conntrack.table';
import { number_or } from 'nft_offload.base.value';
import { verdict } from 'nft_offload.state.verdict';

function conntrack_state(): ConntrackState {
	const netfilter = '/proc/sys/net/netfilter/nf_conntrack';
	return {
		count: number_or(read_line(`${netfilter}_count`), 0),
		maximum: number_or(read_line(`${netfilter}_max`), 0),
		accounting: read_line(`${netfilter}_acct`) === '1',
		source: conntrack_source()
	};
}

function refusing_devices(): string[] {
	const hooked = hooked_devices('hardware');
	const refusal = hooked.known && length(hooked.devices) > 0 ? hardware_refusal(hooked.devices) : null;
	return refusal == null ? [] : refusal.devices;
}

function get_status(): Status {
	const started = now_us();
	const firewall = firewall_kind();
	const requested = read_requested();
	const kernel = read_flowtables();
	const module = module_state();
	const asked = requested.readable ? requested.mode : 'off';
	return {
		firewall: firewall,
		requested: requested,
		effective: kernel.effective,
		verdict: verdict({
			firewall: firewall,
			requested: requested,
			kernel: kernel,
			module: module,
			hooked: () => hooked_devices(asked),
			refusing: refusing_devices
		}),
		module: module,
		package: package_state(),
		conntrack: conntrack_state(),
		board: board(),
		apply_pending: apply_pending(),
		uptime: uptime(),
		load: load(),
		took_us: now_us() - started
	};
}

export { get_status };
