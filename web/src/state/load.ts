// SPDX-License-Identifier: Apache-2.0
/** Loading the firewall anew, where it has not come to what is configured. */
import type { FirewallLoad, Verdict } from '../../../rpcd/api/index.ts';
import { UbusError, type UbusClient } from '../lib/ubus/index.ts';
import { Value, type Changed } from '../lib/value.ts';

/** Milliseconds: rpcd ends a call after 30 s, and says so. */
const TIMEOUT = 35_000;

export type LoadState =
	| { step: 'idle' }
	| { step: 'loading' }
	/** `before`: what it was to mend. */
	| { step: 'ended'; before: Verdict['code']; load: FirewallLoad }
	| { step: 'failed'; error: UbusError };

export class FirewallLoader {
	readonly #state: Value<LoadState>;
	readonly #router: Pick<UbusClient, 'call'>;
	readonly #look: () => Promise<void>;

	/** `look` asks for the state anew: only that tells what a load has brought. */
	constructor(router: Pick<UbusClient, 'call'>, changed: Changed, look: () => Promise<void>) {
		this.#state = new Value<LoadState>({ step: 'idle' }, changed);
		this.#router = router;
		this.#look = look;
	}

	get state(): LoadState {
		return this.#state.value;
	}

	async load(before: Verdict['code']): Promise<void> {
		if (this.state.step === 'loading') return;
		this.#state.value = { step: 'loading' };
		const end = await this.#load(before);
		await this.#look();
		this.#state.value = end;
	}

	async #load(before: Verdict['code']): Promise<LoadState> {
		try {
			const load = await this.#router.call('luci.nft-offload', 'load_firewall', {}, { timeout: TIMEOUT });
			return { step: 'ended', before, load };
		} catch (error) {
			if (!(error instanceof UbusError)) throw error;
			return { step: 'failed', error };
		}
	}
}
