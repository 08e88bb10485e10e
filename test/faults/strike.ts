// SPDX-License-Identifier: Apache-2.0
/** The faults themselves: how each strikes, and how one that lasts is lifted. */
import type { Machine } from '../userland/machine.ts';
import type { FaultKind } from './plan.ts';

interface Strike {
	begin: (machine: Machine) => Promise<unknown>;
	end?: (machine: Machine) => Promise<unknown>;
}

const inside =
	(script: string) =>
	(machine: Machine): Promise<string> =>
		machine.shell(`${script} 2>/dev/null || true`);

/** A pattern in whose own text, which this shell's command line holds, it is not found. */
const kill = (pattern: string) => inside(`kill -9 $(pgrep -f '${pattern}')`);

export const STRIKES: Readonly<Record<Exclude<FaultKind, 'browser_gone' | 'network_gone'>, Strike>> = {
	rpcd_killed: { begin: inside('kill -9 $(pidof rpcd)') },
	rpcd_reloaded: { begin: inside('/etc/init.d/rpcd reload') },
	// Whichever call it is answering; without one this is no fault.
	plugin_killed: { begin: kill('[r]pcd/luci.nft-offload') },
	guard_killed: { begin: kill('[c]hange/guard.uc') },
	uhttpd_killed: { begin: inside('kill -9 $(pidof uhttpd)') },
	// firewall4 while it renders: its memory is gone, and the old rules stay.
	reload_killed: { begin: kill('[f]irewall4/main.uc') },
	interface_up: { begin: inside('ACTION=ifup INTERFACE=wan DEVICE=wan sh /etc/hotplug.d/iface/20-firewall') },
	flash_read_only: {
		begin: (machine) => machine.remount('ro'),
		end: (machine) => machine.remount('rw')
	},
	flash_full: {
		begin: inside('dd if=/dev/zero of=/ballast bs=4k'),
		end: inside('rm -f /ballast')
	},
	reset: { begin: (machine) => machine.reset() }
};
