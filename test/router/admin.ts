// SPDX-License-Identifier: Apache-2.0
/** Somebody who is logged in to a virtual router and asks it for a change of the mode, as the page does. */
import { isObject, text, whole, type Answer, type JsonObject } from './bus.ts';
import type { VirtualRouter } from './router.ts';
import { USERS } from './users.ts';

const PLUGIN = 'luci.nft-offload';

export class Admin {
	readonly #router: VirtualRouter;
	readonly sid: string;

	constructor(router: VirtualRouter, user: keyof typeof USERS = 'root') {
		const session = router.sessions.login(user, USERS[user].password, 3600);
		if (!session) throw new Error(`${user} cannot log in`);
		this.#router = router;
		this.sid = session.sid;
	}

	/** What a method of ours answers; nothing where nobody answers. */
	async ask(method: string, args: JsonObject = {}): Promise<JsonObject> {
		return (await this.call(PLUGIN, method, args)).data ?? {};
	}

	call(object: string, method: string, args: JsonObject = {}): Promise<Answer> {
		return this.#router.bus.call(object, method, { ...args, ubus_rpc_session: this.sid });
	}

	/** Keeps or takes back the change that runs or ended last. */
	async decide(method: 'keep_change' | 'undo_change'): Promise<JsonObject> {
		const { report } = await this.ask('get_change');
		return this.ask(method, { id: (isObject(report) && whole(report, 'id')) || 0 });
	}

	/** What this session has staged for a configuration. */
	staged(config: string): number {
		return this.#router.staging.changes(this.sid, config).length;
	}

	/** Sets an option of `config defaults` by LuCI's own apply, whose confirmation is another's. */
	async apply(option: string, value: string, seconds: number): Promise<number> {
		const values = { config: 'firewall', section: '@defaults[0]', values: { [option]: value } };
		await this.call('uci', 'set', values);
		return (await this.call('uci', 'apply', { rollback: true, timeout: seconds })).status;
	}
}

/** The state of a change, and why it is in it. */
export function told(change: JsonObject): string {
	const about = [change['outcome'], change['reason'], change['waits_for']].filter(isObject);
	const reasons = about.flatMap(({ code, reason = {} }) => [code, isObject(reason) ? reason['code'] : null]);
	return [text(change, 'state') ?? text(change, 'problem'), ...reasons]
		.filter((word) => typeof word === 'string')
		.join(' ');
}
