// SPDX-License-Identifier: Apache-2.0
/** Somebody with a session: what a browser asks of the router, over uhttpd and rpcd. */
import type { Change, Mode, Problem, StartChangeArguments } from '../../rpcd/api/index.ts';
import { NULL_SESSION, UbusClient, UbusError, type Fetch } from '../../web/src/lib/ubus/index.ts';
import type { Machine } from './machine.ts';

/** Milliseconds: a browser of a test does not wait for a router that is gone. */
const PATIENCE = 15_000;

export class Admin {
	private client: UbusClient;
	private readonly fetch: Fetch;

	private constructor(machine: Machine) {
		this.fetch = machine.fetch;
		this.client = this.as(NULL_SESSION);
	}

	/** A new session of root, who has no password. */
	static async login(machine: Machine): Promise<Admin> {
		const admin = new Admin(machine);
		await admin.loginAgain();
		return admin;
	}

	async loginAgain(): Promise<void> {
		const args = { username: 'root', password: '', timeout: 3600 };
		const reply = await this.as(NULL_SESSION).raw('session', 'login', args);
		this.client = this.as((reply as { ubus_rpc_session: string }).ubus_rpc_session);
	}

	private as(session: string): UbusClient {
		return new UbusClient({ url: '/ubus', session, fetch: this.fetch, timeout: PATIENCE });
	}

	check(mode: Mode): Promise<unknown> {
		return this.offload('check_change', { mode });
	}

	async start(args: StartChangeArguments): Promise<Change> {
		return (await this.offload('start_change', args)) as Change;
	}

	async change(): Promise<Change> {
		return (await this.offload('get_change', {})) as Change;
	}

	async decide(action: 'keep' | 'undo', id: number): Promise<Change> {
		return (await this.offload(`${action}_change`, { id })) as Change;
	}

	async stage(section: string, values: Record<string, string>): Promise<void> {
		await this.uci('set', { config: 'firewall', section, values });
	}

	/** What this session has staged of the firewall, as `set section option value`. */
	async staged(): Promise<string[]> {
		const { changes } = (await this.uci('changes', { config: 'firewall' })) as { changes: string[][] };
		return changes.map((change) => change.join(' '));
	}

	/** As LuCI's Save & Apply: rpcd goes back in so many seconds, unless it is confirmed. */
	async apply(seconds: number): Promise<void> {
		await this.uci('apply', { rollback: true, timeout: seconds });
	}

	async confirm(): Promise<void> {
		await this.uci('confirm', {});
	}

	private uci(method: string, args: object): Promise<unknown> {
		return this.client.raw('uci', method, args);
	}

	/** The plugin's reply, or its problem as a failure. */
	private async offload(method: string, args: object): Promise<unknown> {
		const reply = await this.client.raw('luci.nft-offload', method, args, { alone: true });
		if (typeof reply === 'object' && reply !== null && 'problem' in reply)
			throw new UbusError({ kind: 'problem', problem: reply as Problem }, method);
		return reply;
	}
}
