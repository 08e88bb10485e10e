// SPDX-License-Identifier: Apache-2.0
import type { Flows, Status } from '../../../rpcd/api.ts';
import type { Clock } from '../change/clock.ts';
import { ChangeSequence } from '../change/sequence.ts';
import type { Host } from '../host.ts';
import { UbusClient, UbusError } from '../ubus/index.ts';
import { Value, type Changed } from '../value.ts';
import { Live } from './live.ts';
import type { LoginRequest } from './login.ts';

/** Seconds that LuCI's own login asks rpcd for. */
const SESSION_SECONDS = 3600;

/** Everything the page knows, and the one clock that moves it. */
export class PageState {
	readonly mayWrite: boolean;
	readonly status: Live<Status>;
	readonly flows: Live<Flows>;
	readonly change: ChangeSequence;
	readonly #client: UbusClient;
	readonly #clock: Clock;
	readonly #now: Value<number>;
	readonly #loginRequest: Value<LoginRequest | null>;

	/** `changed` is called whenever something that is shown has changed. */
	constructor(host: Host, clock: Clock, changed: Changed) {
		const client = new UbusClient({
			url: host.ubusUrl,
			session: host.session,
			login: () => this.#askForLogin()
		});
		const interval = host.interval * 1000;
		const told = () => {
			if (this.change.state.step === 'ended') void this.look();
			changed();
		};
		this.#client = client;
		this.#clock = clock;
		this.#now = new Value(clock.now(), changed);
		this.#loginRequest = new Value<LoginRequest | null>(null, changed);
		this.mayWrite = host.mayWrite;
		this.status = new Live(() => client.call('luci.nft-offload', 'get_status', {}), interval, clock, changed);
		this.flows = new Live(() => client.call('luci.nft-offload', 'get_flows', {}), interval, clock, changed);
		this.change = new ChangeSequence(client, clock, told);
	}

	/** Milliseconds on the clock, moved each second. */
	get now(): number {
		return this.#now.value;
	}

	/** The password is asked for; null when it is not. */
	get loginRequest(): LoginRequest | null {
		return this.#loginRequest.value;
	}

	/** Called each second while the admin has not paused LuCI's polling. A page nobody sees asks nothing. */
	readonly tick = (): void => {
		this.#now.value = this.#clock.now();
		if (document.hidden) return;
		void this.status.lookWhenDue();
		void this.flows.lookWhenDue();
	};

	/** Looks at everything now. */
	async look(): Promise<void> {
		await Promise.all([this.status.look(), this.flows.look()]);
	}

	/** Logs in; null when rpcd refuses the name or the password, or cannot be asked. */
	readonly login = async (username: string, password: string): Promise<string | null> => {
		try {
			return await this.#client.login(username, password, SESSION_SECONDS);
		} catch (error) {
			if (error instanceof UbusError) return null;
			throw error;
		}
	};

	#askForLogin(): Promise<string | null> {
		return new Promise((resolve) => {
			const answer = (session: string | null) => {
				this.#loginRequest.value = null;
				resolve(session);
			};
			this.#loginRequest.value = { answer };
		});
	}
}
