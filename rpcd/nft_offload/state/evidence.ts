// SPDX-License-Identifier: Apache-2.0
/**
 * The evidence: what is asked for, what is set up, and what is seen. Status, verdict, change and installation read it here,
 * and judge alike. Gathering it starts one program, `nft list flowtables`; what costs more is asked only where it matters.
 */
import type { Coverage, Effective, Engine, Mode, ModuleState, Seen, Status } from '../../api/index.ts';
import { accelerators } from 'nft_offload.state.accelerators';
import { is_loading, refused_ruleset } from 'nft_offload.state.check';
import { coverage_of } from 'nft_offload.state.coverage';
import { is_load_without_effect } from 'nft_offload.state.last_load';
import { hooked_devices } from 'nft_offload.state.devices';
import type { Hooked } from 'nft_offload.state.devices';
import { engines_of } from 'nft_offload.state.engines';
import { firewall_kind, read_configuration } from 'nft_offload.state.firewall';
import type { Configuration } from 'nft_offload.state.firewall';
import { read_flowtables } from 'nft_offload.state.flowtable';
import { module_state } from 'nft_offload.state.module';
import { ask_netifd } from 'nft_offload.state.netifd';
import type { Netifd } from 'nft_offload.state.netifd';
import { read_routes } from 'nft_offload.state.routes';
import { see } from 'nft_offload.state.seen';
import { sided_devices } from 'nft_offload.state.sides';
import type { SidedDevice } from 'nft_offload.state.sides';
import { read_memory } from 'nft_offload.state.zones';
import type { Memory } from 'nft_offload.state.zones';

interface Evidence {
	firewall: Status['firewall'];
	configuration: Configuration;
	/** The mode asked for; off where nobody can tell. */
	asked: Mode;
	memory: Memory;
	effective: Effective;
	module: ModuleState;
	seen: Seen;
	/** Devices of default routes; null where the kernel shows no routes. */
	uplinks: string[] | null;
	/** No route goes by a gateway, as far as the kernel shows routes. */
	leads_nowhere: boolean;
	devices: SidedDevice[];
	coverage: Coverage[];
	engines: Engine[];
	accelerators: string[];
	/** Whether these devices have a flow engine. */
	engines_of: (devices: string[]) => Engine[];
	/** The devices that firewall4 would hook for a mode if it were loaded now. */
	hooked: (mode: Mode) => Hooked;
	/** Why nft or firewall4 refuse the file, by `fw4 check`; null where they do not. */
	refused: () => string | null;
	/** Whether firewall4's last load may have left the flowtable as it was: nft refused it, or it is under way. */
	without_effect: boolean;
	/** Whether firewall4 is loading now. */
	is_loading: () => boolean;
}

/** netifd's answer, asked for once and only when somebody wants it. */
function netifd_once(): () => Netifd | null {
	let asked = false;
	let answer: Netifd | null = null;
	return () => {
		if (!asked) {
			asked = true;
			answer = ask_netifd();
		}
		return answer;
	};
}

/** What tells one question to `fw4 check` from another: the file, the load, the module. */
function subject_of(configuration: Configuration, memory: Memory, module: ModuleState): string {
	return join(' ', [
		configuration.written,
		configuration.size,
		memory.known ? memory.written : memory.cause,
		module.state
	]);
}

function gather(): Evidence {
	const configuration = read_configuration();
	const requested = configuration.requested;
	const asked = requested.readable ? requested.mode : 'off';
	const memory = read_memory();
	const effective = read_flowtables();
	const module = module_state();
	const netifd = netifd_once();
	const routes = read_routes();
	const uplinks = routes == null ? null : routes.defaults;
	const devices = sided_devices(memory, routes, configuration.forwards_unzoned, configuration.forwardings);
	const hooked = (mode: Mode): Hooked => hooked_devices(mode, memory, netifd);
	const planned = effective.mode !== 'hardware' && asked === 'hardware' ? hooked('hardware') : null;
	const for_hardware =
		effective.mode === 'hardware'
			? effective.devices
			: planned != null && planned.known
				? planned.devices
				: [];
	return {
		firewall: firewall_kind(),
		configuration: configuration,
		asked: asked,
		memory: memory,
		effective: effective,
		module: module,
		seen: see(effective.handle),
		uplinks: uplinks,
		leads_nowhere: routes != null && !routes.gateways,
		devices: devices,
		coverage: effective.mode === 'off' ? [] : coverage_of(devices, effective.devices),
		engines: length(for_hardware) > 0 ? engines_of(for_hardware, netifd()) : [],
		engines_of: (devices) => engines_of(devices, netifd()),
		accelerators: accelerators(),
		hooked: hooked,
		refused: () => refused_ruleset(subject_of(configuration, memory, module)),
		without_effect: is_load_without_effect(memory, effective.handle),
		is_loading: is_loading
	};
}

export { gather };
export type { Evidence };
