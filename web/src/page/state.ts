// SPDX-License-Identifier: Apache-2.0
import type { ComponentType } from 'preact';
import type { Mode, Status } from '../../../rpcd/api/index.ts';
import type { Clock } from '../lib/clock.ts';
import type { ChangeSequence } from '../change/sequence.ts';
import type { ChangeState } from '../change/state.ts';
import type { FlowsState } from '../flows/state.ts';
import type { Host } from './host.ts';
import type { InstallState } from '../install/state.ts';
import { FirewallLoader } from '../state/load.ts';
import { UbusClient, UbusError } from '../lib/ubus/index.ts';
import { Value, type Changed } from '../lib/value.ts';
import { Live, type LiveOptions } from '../lib/live.ts';
import type { LoginDialogProps, LoginRequest } from './login.ts';
import { Rest } from '../lib/rest.ts';

/** Seconds that LuCI's own login asks rpcd for. */
const SESSION_SECONDS = 3600;

/** Milliseconds that the state waits at most for the rest that a long list is paid with. */
const PATIENCE = 60_000;

/** What changing the mode needs, loaded apart: most looks at the page change nothing. */
export interface ChangePart {
	sequence: ChangeSequence;
	View: ComponentType<{ change: ChangeSequence; now: number }>;
}

/** The connections, loaded apart and after the state: that is what is seen first. */
export interface FlowsPart {
	state: FlowsState;
	View: ComponentType<{ flows: FlowsState }>;
}

/** The package and its installation, loaded apart and after the state. */
export interface InstallPart {
	state: InstallState;
	View: ComponentType<{ install: InstallState; mayWrite: boolean }>;
}

/** The question for the password, loaded when a session has expired. */
export interface LoginPart {
	request: LoginRequest;
	View: ComponentType<LoginDialogProps>;
}

/** Everything the page knows, and the one clock that moves it. */
export class PageState {
	readonly mayWrite: boolean;
	readonly status: Live<Status>;
	readonly loader: FirewallLoader;
	readonly #client: UbusClient;
	readonly #clock: Clock;
	readonly #changed: Changed;
	readonly #rest: Rest;
	readonly #interval: number;
	readonly #change: Value<ChangePart | null>;
	readonly #flows: Value<FlowsPart | null>;
	readonly #install: Value<InstallPart | null>;
	readonly #incomplete: Value<boolean>;
	readonly #now: Value<number>;
	readonly #login: Value<LoginPart | null>;
	#flowsAsked = false;
	#installAsked = false;

	/** `changed` is called whenever something that is shown has changed. */
	constructor(host: Host, clock: Clock, changed: Changed) {
		const client = new UbusClient({
			url: host.ubusUrl,
			session: host.session,
			login: () => this.#askForLogin()
		});
		this.#client = client;
		this.#clock = clock;
		this.#changed = changed;
		this.#rest = new Rest(clock);
		this.#interval = host.interval * 1000;
		this.#change = new Value<ChangePart | null>(null, changed);
		this.#flows = new Value<FlowsPart | null>(null, changed);
		this.#install = new Value<InstallPart | null>(null, changed);
		this.#incomplete = new Value(false, changed);
		this.#now = new Value(clock.now(), changed);
		this.#login = new Value<LoginPart | null>(null, changed);
		this.mayWrite = host.mayWrite;
		this.status = new Live(() => client.call('luci.nft-offload', 'get_status', {}), {
			...this.#liveOptions,
			patience: PATIENCE
		});
		this.loader = new FirewallLoader(client, changed, () => this.status.look());
	}

	/** Null until a change was asked for. */
	get change(): ChangePart | null {
		return this.#change.value;
	}

	/** Null until the state has been shown. */
	get flows(): FlowsPart | null {
		return this.#flows.value;
	}

	/** Null until the state has been shown. */
	get install(): InstallPart | null {
		return this.#install.value;
	}

	/** A part of the page could not be loaded from the router. */
	get incomplete(): boolean {
		return this.#incomplete.value;
	}

	/** Whether a change is under way. */
	get changing(): boolean {
		return this.#step !== 'idle' && this.#step !== 'ended';
	}

	/** Whether a change was applied that this page has still to confirm: without it, the router takes it back. */
	get applied(): boolean {
		return this.#step === 'verifying' || this.#step === 'undoing';
	}

	/** Whether somebody else's change waits for its confirmation, or that of this page before it was loaded again. */
	get changedElsewhere(): boolean {
		return this.#step === 'idle' && this.status.value?.apply_pending === true;
	}

	get #step(): ChangeState['step'] {
		return this.change?.sequence.state.step ?? 'idle';
	}

	/** Milliseconds on the clock, moved each second. */
	get now(): number {
		return this.#now.value;
	}

	/** The password is asked for; null when it is not. */
	get loginPart(): LoginPart | null {
		return this.#login.value;
	}

	/** Called each second while the admin has not paused LuCI's polling. A page nobody sees asks nothing. */
	readonly tick = (): void => {
		if (document.hidden) return;
		void this.status.lookWhenDue();
		this.flows?.state.tick();
	};

	/** Called each second: what the admin has begun goes on, whether he has paused LuCI's polling or not. */
	readonly goOn = (): void => {
		this.#now.value = this.#clock.now();
		const status = this.status.value;
		if (status && !document.hidden)
			this.install?.state.tick(`${status.module.state} ${String(status.package.version)}`);
	};

	/** Looks at everything now. */
	async look(): Promise<void> {
		await Promise.all([this.status.look(), this.flows?.state.look()]);
		// What is there is shown first.
		await this.#clock.sleep(0);
		await Promise.all([this.#openInstall(), this.#openFlows()]);
	}

	/** Has the router check a mode, and shows what would change. */
	async review(mode: Mode): Promise<void> {
		try {
			this.#change.value ??= await this.#loadChange();
			this.#incomplete.value = false;
		} catch {
			this.#incomplete.value = true;
			return;
		}
		await this.#change.value.sequence.start(mode);
	}

	/** Logs in and resolves the new session; or why there is none: status 6 is a wrong name or password. */
	readonly login = async (username: string, password: string): Promise<string | UbusError> => {
		try {
			return await this.#client.login(username, password, SESSION_SECONDS);
		} catch (error) {
			if (error instanceof UbusError) return error;
			throw error;
		}
	};

	/** Loaded whole before anything is changed: afterwards the router may be out of reach. */
	async #loadChange(): Promise<ChangePart> {
		const { ChangeSequence, ChangeView } = await import('../change/index.ts');
		const sequence = new ChangeSequence(this.#client, this.#clock, () => {
			if (sequence.state.step === 'ended') void this.look();
			this.#changed();
		});
		return { sequence, View: ChangeView };
	}

	/** Loads the list of connections, once. */
	async #openFlows(): Promise<void> {
		if (this.#flowsAsked) return;
		this.#flowsAsked = true;
		try {
			const { FlowsState, FlowsView } = await import('../flows/index.ts');
			const state = new FlowsState(this.#client, () => this.status.value, this.#liveOptions);
			this.#flows.value = { state, View: FlowsView };
		} catch {
			this.#incomplete.value = true;
		}
		await this.flows?.state.look();
	}

	/** Loads what installs the package, once: a job may run that another page has started. */
	async #openInstall(): Promise<void> {
		if (this.#installAsked) return;
		this.#installAsked = true;
		try {
			const { InstallState, InstallView } = await import('../install/index.ts');
			const state = new InstallState(this.#client, this.#changed, () => void this.status.look());
			this.#install.value = { state, View: InstallView };
		} catch {
			this.#incomplete.value = true;
		}
		await this.install?.state.look();
	}

	get #liveOptions(): LiveOptions {
		return {
			interval: this.#interval,
			rest: this.#rest,
			clock: this.#clock,
			changed: this.#changed
		};
	}

	/** Files are served without a session. */
	async #askForLogin(): Promise<string | null> {
		try {
			const { LoginDialog } = await import('./LoginDialog.tsx');
			return await new Promise((resolve) => {
				const answer = (session: string | null) => {
					this.#login.value = null;
					resolve(session);
				};
				this.#login.value = { request: { answer }, View: LoginDialog };
			});
		} catch {
			this.#incomplete.value = true;
			return null;
		}
	}
}
