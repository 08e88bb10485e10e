// SPDX-License-Identifier: Apache-2.0
import type { ComponentChildren, ComponentType } from 'preact';
import type {
	Diagnosis,
	Engine,
	Finding,
	Flow,
	FlowReason,
	Mode,
	PolicyRule,
	Status
} from '../../../rpcd/api/index.ts';
import type { Clock } from '../lib/clock.ts';
import type { ChangeDraft } from '../change/draft.ts';
import type { Busy } from '../change/ModeChoice.tsx';
import type { ChangeWitness } from '../change/witness.ts';
import type { FlowsState } from '../flows/state.ts';
import type { GainFold } from '../gain/Fold.tsx';
import type { Host } from './host.ts';
import type { InstallState } from '../install/state.ts';
import { passedBetween, type Passed } from '../lib/load.ts';
import type { PolicyFold } from '../policy/Fold.tsx';
import { FirewallLoader } from '../state/load.ts';
import type { Moving } from '../state/proof.ts';
import { dependsOn } from '../why/depends.ts';
import type { Explanations } from '../why/explanations.ts';
import type { FindingActions } from '../why/FindingList.tsx';
import type { WhyProps } from '../why/WhyView.tsx';
import { UbusClient, type UbusError } from '../lib/ubus/index.ts';
import { Value, type Changed } from '../lib/value.ts';
import { Live, type LiveOptions } from '../lib/live.ts';
import { Rest } from '../lib/rest.ts';

/** Milliseconds that the state waits at most for the rest that a long list is paid with. */
const PATIENCE = 60_000;

/** What changing the mode needs, loaded apart: when one is asked for, or when the router tells of one. */
export interface ChangePart {
	draft: ChangeDraft;
	witness: ChangeWitness;
	View: ComponentType<
		Pick<ChangePart, 'draft' | 'witness'> & {
			now: number;
			configured: Mode | null;
			/** Draws what the reviewed mode would bring. */
			findings: ((findings: readonly Finding[], mode: Mode) => ComponentChildren) | null;
		}
	>;
}

/** The connections, loaded apart and after the state: that is what is seen first. */
export interface FlowsPart {
	state: FlowsState;
	View: ComponentType<{
		flows: FlowsState;
		why: ((flow: Flow) => ComponentChildren) | null;
		told: ReadonlyMap<string, string>;
		onKeep: ((rule: PolicyRule) => void) | null;
		mayRelearn: boolean | null;
	}>;
}

/** The picture, the findings and what explains a connection: loaded beside the first look, and seen with it. */
export interface WhyPart {
	explanations: Explanations;
	View: ComponentType<WhyProps>;
	Explained: ComponentType<{
		flow: Flow;
		router: Pick<UbusClient, 'call'>;
		onKeep: ((rule: PolicyRule) => void) | null;
	}>;
	FindingList: ComponentType<FindingActions & { findings: readonly Finding[] }>;
	ReasonList: ComponentType<{ reasons: readonly FlowReason[] }>;
}

/** What lies folded, the package and its installation among it: loaded apart and after the state. */
export interface InstallPart {
	state: InstallState;
	View: ComponentType<{ install: InstallState; mayWrite: boolean }>;
	/** What the router is and has. */
	Facts: ComponentType<{ status: Status }>;
	/** What a mode gains. */
	GainFold: typeof GainFold;
	/** Which connections stay on the CPU by choice. */
	PolicyFold: typeof PolicyFold;
	Report: ComponentType<{ router: Pick<UbusClient, 'call'> }>;
}

/** Everything the page knows, and the one clock that moves it. */
export class PageState {
	readonly mayWrite: boolean;
	readonly status: Live<Status>;
	readonly diagnosis: Live<Diagnosis>;
	readonly client: UbusClient;
	readonly loader: FirewallLoader;
	readonly #clock: Clock;
	readonly #changed: Changed;
	readonly #rest: Rest;
	readonly #interval: number;
	readonly #change: Value<ChangePart | null>;
	readonly #flows: Value<FlowsPart | null>;
	readonly #install: Value<InstallPart | null>;
	readonly #why: Value<WhyPart | null>;
	readonly #incomplete: Value<boolean>;
	readonly #now: Value<number>;
	#loading: Promise<ChangePart> | null = null;
	#noticed: Status | null = null;
	#passed: Passed | null = null;
	/** What the diagnosis that was asked for last stands on; null while no status is known. */
	#diagnosed: string | null = null;
	#flowsAsked = false;
	#installAsked = false;

	/** `changed` is called whenever something that is shown has changed. */
	constructor(host: Host, clock: Clock, changed: Changed) {
		const client = new UbusClient({ url: host.ubusUrl, session: host.session });
		this.client = client;
		this.#clock = clock;
		this.#changed = changed;
		this.#rest = new Rest(clock);
		this.#interval = host.interval * 1000;
		this.#change = new Value<ChangePart | null>(null, changed);
		this.#flows = new Value<FlowsPart | null>(null, changed);
		this.#install = new Value<InstallPart | null>(null, changed);
		this.#why = new Value<WhyPart | null>(null, changed);
		this.#incomplete = new Value(false, changed);
		this.#now = new Value(clock.now(), changed);
		this.mayWrite = host.mayWrite;
		// Early, so that the first of both go at the same time; the second apart, since the state is not to wait for it.
		this.status = new Live(() => client.call('luci.nft-offload', 'get_status', {}, { early: true }), {
			...this.#liveOptions,
			patience: PATIENCE,
			changed: () => {
				changed();
				void this.#notice();
			}
		});
		// Asked once as a rule: what it took keeps nothing else waiting, only the next of its kind.
		const apart = { early: true, alone: true };
		this.diagnosis = new Live(() => client.call('luci.nft-offload', 'get_diagnosis', {}, apart), {
			...this.#liveOptions,
			rest: new Rest(clock)
		});
		this.loader = new FirewallLoader(client, changed, () => this.status.look());
	}

	/** Null until a change was asked for, or told of. */
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

	/** Null until it is loaded. */
	get why(): WhyPart | null {
		return this.#why.value;
	}

	/** What passed the devices and kept the processor busy between the last two looks. */
	get passed(): Passed | null {
		return this.#passed;
	}

	get moving(): Moving {
		const pulse = this.flows?.state.pulse;
		return {
			rates: pulse?.rates ?? null,
			eligible: pulse?.eligible ?? null,
			uncounted: pulse?.uncounted ?? false,
			busy: this.#passed?.busy ?? null
		};
	}

	/** What is known of flow engines where packets enter: the status tells where hardware is wanted, the diagnosis where it asked. */
	get engines(): Engine['engine'][] {
		const wanted = this.status.value?.engines ?? [];
		if (wanted.length > 0) return wanted.map(({ engine }) => engine);
		const links = (this.diagnosis.value?.chains ?? []).flatMap((chain) => chain.links);
		return links.flatMap(({ enters, engine }) => (enters && engine ? [engine] : []));
	}

	/** Whether the router's word is older than the page's last look. */
	get stale(): boolean {
		return this.trouble !== null;
	}

	/** A part of the page could not be loaded from the router. */
	get incomplete(): boolean {
		return this.#incomplete.value;
	}

	/** Whether a change is prepared here, or one is under way. */
	get busy(): Busy {
		if (this.change?.witness.running === true) return 'running';
		return this.change !== null && this.change.draft.state.step !== 'none' ? 'preparing' : false;
	}

	/** Whether somebody's apply waits at rpcd. While a change of ours runs, that one tells of it where it matters. */
	get changedElsewhere(): boolean {
		return this.busy === false && this.status.value?.apply_pending === true;
	}

	/**
	 * Why the state is not known now. That the router is silent is told by the change that is watched; that the session has
	 * expired is told here alone, whichever part has found it.
	 */
	get trouble(): UbusError | null {
		const found = [
			this.status.error,
			this.diagnosis.error,
			this.flows?.state.answers.error,
			this.install?.state.error,
			this.change?.witness.fault,
			this.change?.witness.refusal
		].find((each) => each?.kind === 'expired');
		if (found) return found;
		const error = this.status.error;
		return error?.mayHaveHappened === true && this.busy === 'running' ? null : error;
	}

	/** Milliseconds on the clock, moved each second. */
	get now(): number {
		return this.#now.value;
	}

	/** Called each second while the admin has not paused LuCI's polling. A page nobody sees asks nothing. */
	readonly tick = (): void => {
		if (document.hidden) return;
		void this.status.lookWhenDue();
		if (this.status.value) this.#diagnose(this.status.value);
		this.flows?.state.tick();
		void this.why?.explanations.askForOne(this.flows?.state.puzzling ?? []);
	};

	/** Called each second: what the admin has begun goes on, whether he has paused LuCI's polling or not. */
	readonly goOn = (): void => {
		this.#now.value = this.#clock.now();
		void this.change?.witness.tick(document.hidden);
		const status = this.status.value;
		if (status && !document.hidden)
			this.install?.state.tick(`${status.module.state} ${String(status.package.version)}`);
	};

	/** Looks at everything now. The first time what the router is asked waits for none of the modules that show it. */
	async look(): Promise<void> {
		void this.#openWhy();
		await Promise.all([
			this.status.look(),
			this.diagnosis.value === null ? this.diagnosis.look() : undefined,
			this.flows?.state.look()
		]);
		// What is there is shown first.
		await this.#clock.sleep(0);
		await Promise.all([this.#openInstall(), this.#openFlows()]);
	}

	/** Has the router check a mode, and shows what would change. */
	async review(mode: Mode): Promise<void> {
		const part = await this.#openChange();
		await part?.draft.review(mode);
	}

	/** The same of an edit of the policy, where the mode stays. */
	async reviewPolicy(edit: (rules: PolicyRule[]) => PolicyRule[]): Promise<void> {
		const requested = this.status.value?.requested;
		const part = await this.#openChange();
		await part?.draft.review(requested?.readable === true ? requested.mode : 'off', edit);
	}

	/** The same of the policy with one more rule, in the place of one of that name. */
	keep(rule: PolicyRule): Promise<void> {
		return this.reviewPolicy((rules) => [...rules.filter(({ name }) => name !== rule.name), rule]);
	}

	/** The state names a change: one that nothing is known of is looked at, and shown. */
	async #notice(): Promise<void> {
		const status = this.status.value;
		if (status === this.#noticed || status === null) return;
		const before = this.#noticed?.load;
		this.#passed = before && status.load ? passedBetween(before, status.load) : null;
		this.#noticed = status;
		this.#diagnose(status);
		const id = status.change;
		if (id === null) return;
		const part = await this.#openChange();
		await part?.witness.notice(id);
	}

	/** Asks for the diagnosis again where it stands on something else. The first is asked together with the first status. */
	#diagnose(status: Status): void {
		const stands = dependsOn(status);
		this.#diagnosed ??= stands;
		if (stands === this.#diagnosed || !this.diagnosis.due) return;
		this.#diagnosed = stands;
		void this.diagnosis.look();
	}

	async #openWhy(): Promise<void> {
		if (this.why !== null) return;
		try {
			const { Explained, Explanations, FindingList, ReasonList, WhyView } = await import('../why/index.ts');
			// A rest of their own: the list does not wait for what is told beside it.
			const rest = new Rest(this.#clock);
			const explanations = new Explanations(this.client, rest, this.#clock, this.#changed);
			this.#why.value = { explanations, Explained, FindingList, ReasonList, View: WhyView };
		} catch {
			this.#incomplete.value = true;
		}
	}

	/** Null where it could not be loaded. Asked again, it is tried again. */
	async #openChange(): Promise<ChangePart | null> {
		if (this.change !== null) return this.change;
		try {
			this.#change.value = await (this.#loading ??= this.#loadChange());
			this.#incomplete.value = false;
		} catch {
			this.#loading = null;
			this.#incomplete.value = true;
		}
		return this.change;
	}

	/** Loaded whole before anything is changed: afterwards the router may be out of reach. */
	async #loadChange(): Promise<ChangePart> {
		const { ChangeDraft, ChangeView, ChangeWitness } = await import('../change/index.ts');
		const witness = new ChangeWitness(this.client, this.#clock, {
			mayWrite: this.mayWrite,
			changed: this.#changed,
			ended: () => void this.look()
		});
		const draft = new ChangeDraft(this.client, this.#clock, witness, this.#changed);
		return { draft, witness, View: ChangeView };
	}

	/** Loads the list of connections, once. */
	async #openFlows(): Promise<void> {
		if (this.#flowsAsked) return;
		this.#flowsAsked = true;
		try {
			const { FlowsState, FlowsView } = await import('../flows/index.ts');
			const state = new FlowsState(this.client, () => this.status.value, this.#liveOptions);
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
			const { InstallState, InstallView, ReportView, ...folded } = await import('./details.ts');
			const state = new InstallState(this.client, this.#changed, () => void this.status.look());
			this.#install.value = { ...folded, state, View: InstallView, Report: ReportView };
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
}
