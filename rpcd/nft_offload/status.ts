// SPDX-License-Identifier: Apache-2.0
/** get_status: what is asked for, what is in effect, and why they differ. */
import type { ConntrackState, Status } from '../api.ts';
import { board, now_us, uptime } from 'nft_offload.board';
import { hooked_devices } from 'nft_offload.device';
import { read_line } from 'nft_offload.files';
import { firewall_kind, read_requested } from 'nft_offload.firewall';
import { read_flowtables } from 'nft_offload.flowtable';
import { load } from 'nft_offload.load';
import { module_state } from 'nft_offload.kernel';
import { package_state } from 'nft_offload.package';
import { apply_pending } from 'nft_offload.pending';
import { hardware_refusal } from 'nft_offload.probe';
import { conntrack_source } from 'nft_offload.table';
import { number_or } from 'nft_offload.value';
import { verdict } from 'nft_offload.verdict';

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
