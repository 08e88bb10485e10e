// SPDX-License-Identifier: Apache-2.0
import type { Policy } from '../../../rpcd/api/index.ts';
import { UbusError, type UbusClient } from '../lib/ubus/index.ts';
import { Value, type Changed } from '../lib/value.ts';

/** The policy as the router tells it, and what an admin would make of it. Nothing is changed here: a review begins with what is wanted. */
export class PolicyState {
	readonly #client: Pick<UbusClient, 'call'>;
	readonly #policy: Value<Policy | null>;
	readonly #error: Value<UbusError | null>;
	readonly #looking: Value<boolean>;
	/** Names by MAC address. */
	readonly #hosts: Value<Record<string, string>>;

	constructor(client: Pick<UbusClient, 'call'>, changed: Changed) {
		this.#client = client;
		this.#policy = new Value<Policy | null>(null, changed);
		this.#error = new Value<UbusError | null>(null, changed);
		this.#looking = new Value(false, changed);
		this.#hosts = new Value<Record<string, string>>({}, changed);
	}

	/** Null before the first answer. */
	get policy(): Policy | null {
		return this.#policy.value;
	}

	/** Why the last look failed; null when it did not. */
	get error(): UbusError | null {
		return this.#error.value;
	}

	/** Whether what is known may be of before: nothing may be made of it. */
	get looking(): boolean {
		return this.#looking.value;
	}

	get hosts(): Record<string, string> {
		return this.#hosts.value;
	}

	/** Asks for the names of hosts, without which there are addresses. */
	async lookForHosts(): Promise<void> {
		try {
			const hints = await this.#client.call('luci-rpc', 'getHostHints', {});
			this.#hosts.value = Object.fromEntries(
				Object.entries(hints).map(([mac, { name }]) => [mac, name ?? ''])
			);
		} catch (error) {
			if (!(error instanceof UbusError)) throw error;
		}
	}

	async look(): Promise<void> {
		this.#looking.value = true;
		try {
			this.#policy.value = await this.#client.call('luci.nft-offload', 'get_policy', {});
			this.#error.value = null;
		} catch (error) {
			if (!(error instanceof UbusError)) throw error;
			this.#error.value = error;
		}
		this.#looking.value = false;
	}
}
