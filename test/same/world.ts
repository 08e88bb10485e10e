// SPDX-License-Identifier: Apache-2.0
/** A router that is spoken to as the page does, and how one becomes what a situation asks for. */
import { clients, duid } from '../router/clients.ts';
import { RouterServer, type ServerOptions } from '../router/http.ts';
import { firewallFile } from '../router/router.ts';
import { SCENARIOS } from '../router/scenarios.ts';
import type { Situation } from './situations.ts';

/** Both users' on both routers. */
export type Passwords = Record<'root' | 'viewer', string>;

export interface World {
	/** Answers a POST to /ubus. */
	post(body: string): Promise<Response>;
	/** Makes the situation, with this firewall file; nothing of the one before is left. */
	arrange(situation: Situation, firewall: string): Promise<void>;
}

export class VirtualWorld implements World {
	readonly #server: RouterServer;

	private constructor(server: RouterServer) {
		this.#server = server;
	}

	static async start(
		options: Pick<ServerOptions, 'host' | 'package'>,
		passwords: Passwords
	): Promise<VirtualWorld> {
		const users = {
			root: { password: passwords.root, read: ['*'], write: ['*'] },
			viewer: { password: passwords.viewer, read: ['*'], write: [] }
		};
		return new VirtualWorld(
			await RouterServer.start({ ...options, users, port: 0, scenario: 'cpu', demo: false })
		);
	}

	post(body: string): Promise<Response> {
		return fetch(`${this.#server.url}/ubus/`, { method: 'POST', body });
	}

	async arrange({ scenario }: Situation, firewall: string): Promise<void> {
		await this.#server.switchTo(scenario);
		const { router } = this.#server;
		router.writeFirewall(firewall);
		// A broken file that is loaded drops whatever comes, also what is to be compared.
		if (router.scenario.loads !== 'never') router.firewall.load();
	}

	stop(): Promise<void> {
		return this.#server.stop();
	}
}

const PLUGIN = '/usr/libexec/rpcd/luci.nft-offload';
/** What lies over the plugin in the scenarios in which it does not work. */
const IN_ITS_PLACE: Partial<Record<Situation['scenario'], string>> = {
	crashes: 'kill -SEGV $$',
	garbage: 'echo Segmentation fault'
};

/** Gives a real router the user `viewer`, who may read everything and write nothing. */
export const viewerScript = (password: string): string => `
uci batch <<END
	add rpcd login
	set rpcd.@login[-1].username=viewer
	set rpcd.@login[-1].password=$(uhttpd -m '${password}')
	add_list rpcd.@login[-1].read=*
	commit rpcd
END
`;

/**
 * Gives a real router that user, and the names that devices in the virtual one's LAN have, and has the guard's service run at boot,
 * as the package's installation does.
 */
export function prepareScript(password: string): string {
	const leases = clients(false).map(
		({ mac, ipv4, name }) => `1900000000 ${mac.toLowerCase()} ${ipv4} ${name} *`
	);
	const leases6 = clients(false).map(
		({ mac, ipv6, name }) => `# br-lan ${duid(mac)} 1 ${name} 1900000000 100 128 ${ipv6}/128`
	);
	return `${viewerScript(password)}
ln -sf ../init.d/nft-offload /etc/rc.d/S15nft-offload
uci batch <<END
	set dhcp.odhcpd=odhcpd
	set dhcp.odhcpd.leasefile=/tmp/odhcpd.leases
	commit dhcp
END
cat >/tmp/dhcp.leases <<END
${leases.join('\n')}
END
cat >/tmp/odhcpd.leases <<END
${leases6.join('\n')}
END`;
}

/** Takes away what the situations and {@link prepareScript} have left outside of /etc/config. */
export const TIDY_SCRIPT = `
umount ${PLUGIN} 2>/dev/null
: >/tmp/dhcp.leases
: >/tmp/odhcpd.leases`;

/** The file of a situation on a router whose own file is `stock`. */
export function firewallOf({ scenario }: Situation, stock: string): string {
	return firewallFile(stock, SCENARIOS[scenario].firewall);
}

/** Makes a situation on a real router. Loading the firewall is the caller's. */
export function arrangeScript({ scenario }: Situation, firewall: string): string {
	const stand_in = IN_ITS_PLACE[scenario];
	const cover = `printf '#!/bin/sh\\n%s\\n' '${stand_in ?? ''}' >/tmp/stand-in; chmod +x /tmp/stand-in; mount --bind /tmp/stand-in ${PLUGIN}`;
	return `
umount ${PLUGIN} 2>/dev/null
cat >/etc/config/firewall <<'END-OF-FILE'
${firewall}END-OF-FILE
${stand_in === undefined ? '' : cover}
true`;
}
