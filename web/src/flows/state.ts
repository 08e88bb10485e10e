// SPDX-License-Identifier: Apache-2.0
import type { ClientTotal, Flows, FlowsArguments, Status } from '../../../rpcd/api/index.ts';
import { createRef } from 'preact';
import { fill, _ } from '../ui/i18n.ts';
import { Live, type LiveOptions } from '../lib/live.ts';
import { isWanBare } from '../lib/uplinks.ts';
import { UbusError, type UbusClient } from '../lib/ubus/index.ts';
import { Value } from '../lib/value.ts';
import { explainError } from '../ui/problem.ts';
import { ClientRates } from './clients.ts';
import { foundText } from './found.ts';
import { History } from './history.ts';
import { Hosts } from './hosts.ts';
import { likelyWhy } from './likely.ts';
import { narrowed } from './match.ts';
import { byRate, clientsByRate } from './order.ts';
import { isOwn, ownFrom, type Own } from './own.ts';
import { eligibleOf, pulseOf, type Pulse } from './pulse.ts';
import { fromHash, isWhole, toArguments, toHash, WHOLE, type Query } from './query.ts';
import { Rates } from './rates.ts';
import { relearnText } from './relearn.ts';
import { toRows, type Row } from './rows.ts';
import { countingOf } from './trust.ts';

/** Milliseconds: rpcd ends a call after 30 s, and says so. Whoever gives up before does not stop it. */
const TIMEOUT = 35_000;
/** Milliseconds without another key after which a typed text is asked for. */
const TYPED = 250;
/** Milliseconds after which what passes now is looked at although the list is about something else. */
const PULSE = 20_000;
/** Milliseconds of rest that the router may be owed for that. */
const AT_REST = 5_000;
/** Milliseconds after which the router is asked again how many connections could be offloaded, where that takes it long: so many microseconds. */
const PROOF = 60_000;
const LONG = 200_000;
/** Of so many rows the router is asked at the most. */
const EXPLAINED = 20;
/** Milliseconds between two looks at the names of the hosts. */
const NAMES = 60_000;

/** An answer, and what it answers. */
export interface Answer extends Flows {
	query: Query;
	rows: Row[];
}

/** The list of connections: what is asked, what the router says, and what was seen before. */
export class FlowsState {
	readonly answers: Live<Answer>;
	readonly rates = new Rates();
	readonly clientRates = new ClientRates();
	readonly history = new History();
	/** What follows the list: who skips it goes on there. */
	readonly end = createRef<HTMLDivElement>();
	readonly #client: UbusClient;
	readonly #status: () => Status | null;
	readonly #options: LiveOptions;
	readonly #query: Value<Query>;
	readonly #hosts: Value<Hosts>;
	readonly #paused: Value<boolean>;
	readonly #announcement: Value<string>;
	readonly #relearning: Value<boolean>;
	readonly #pulse: Value<Pulse | null>;
	#own: Own = new Set();
	#pulseDue = 0;
	#proofDue = 0;
	#namesDue = 0;
	#asking = false;
	/** Counts the questions, so that one which came meanwhile is asked afterwards. */
	#questions = 0;
	/** Counts what the admin did, so that only the last of it is asked for. */
	#acts = 0;
	/** Whether the next answer is told to those who do not see it: they asked for it. */
	#announce = false;

	constructor(client: UbusClient, status: () => Status | null, options: LiveOptions) {
		const { changed } = options;
		this.#client = client;
		this.#status = status;
		this.#options = options;
		this.#query = new Value(fromHash(location.hash), changed);
		this.#hosts = new Value(new Hosts(), changed);
		this.#paused = new Value(false, changed);
		this.#announcement = new Value('', changed);
		this.#relearning = new Value(false, changed);
		this.#pulse = new Value<Pulse | null>(null, changed);
		this.answers = new Live(() => this.#ask(), options);
	}

	get query(): Query {
		return this.#query.value;
	}

	get hosts(): Hosts {
		return this.#hosts.value;
	}

	/** The admin wants to read what is there in peace. */
	get paused(): boolean {
		return this.#paused.value;
	}

	/** What those who do not see the page are told. */
	get announcement(): string {
		return this.#announcement.value;
	}

	get status(): Status | null {
		return this.#status();
	}

	/** Whether the rows shown are the router's answer to what is asked now. */
	get answered(): boolean {
		return this.answers.value?.query === this.query;
	}

	/** What passes now by which path; null before it was looked at. */
	get pulse(): Pulse | null {
		return this.#pulse.value;
	}

	/** The router's own addresses, as far as they are known. */
	get own(): Own {
		return this.#own;
	}

	/** The router's rows, or those of an earlier answer that fit what is asked now: one page of them. */
	get rows(): Row[] {
		const answer = this.answers.value;
		if (!answer) return [];
		const fitting = this.answered ? answer.rows : narrowed(answer.rows, this.query);
		return this.query.sort === 'rate' ? this.#page(byRate(fitting, this.rates, this.#own)) : fitting;
	}

	/** Rows on the CPU, the first of the list, of which only the router knows why. */
	get puzzling(): Row[] {
		if (this.paused || !this.answered || this.status?.effective.mode === 'off') return [];
		return this.rows.filter(({ flow }) => likelyWhy(flow, this.own) === null).slice(0, EXPLAINED);
	}

	/** The same of clients, without the router itself. */
	get clients(): ClientTotal[] {
		const clients = (this.answers.value?.clients ?? []).filter(({ address }) => !isOwn(address, this.#own));
		return this.query.sort === 'rate' ? this.#page(clientsByRate(clients, this.clientRates)) : clients;
	}

	#page<T>(all: readonly T[]): T[] {
		const { offset, limit } = this.query;
		return all.slice(offset, offset + limit);
	}

	/** Called each second while somebody looks. */
	tick(): void {
		const status = this.#status();
		if (status) this.history.noteStatus(status, this.#options.clock.now());
		if (this.paused) return;
		if (this.answers.due) void this.look();
		if (this.#options.clock.now() >= this.#namesDue) void this.#lookForNames();
	}

	/** Asks now, or as soon as the question under way is answered: the router works at one at a time. */
	async look(): Promise<void> {
		this.#questions++;
		if (this.#asking) return;
		this.#asking = true;
		try {
			let question;
			do {
				question = this.#questions;
				await this.answers.look();
			} while (question !== this.#questions);
		} finally {
			this.#asking = false;
		}
	}

	/** Asks for something else, from its first row on unless a row is given. What is at hand is narrowed at once. */
	ask(change: Partial<Query>): void {
		this.#query.value = { ...this.query, offset: 0, ...change };
		void this.#askSoon('search' in change ? TYPED : 0);
	}

	/** Reads what is asked from the page's address. */
	readonly readAddress = (): void => {
		const query = fromHash(location.hash);
		if (toHash(query) === toHash(this.query)) return;
		this.#query.value = query;
		void this.#askSoon(0);
	};

	get relearning(): boolean {
		return this.#relearning.value;
	}

	/** Has the flowtable learn its connections anew; those of the client that the list is about are counted. */
	async relearn(): Promise<void> {
		if (this.relearning) return;
		const { client } = this.query;
		this.#relearning.value = true;
		this.announce(_('Loading the firewall…'));
		const text = await this.#relearn(client);
		this.#relearning.value = false;
		this.announce(text);
		await this.look();
	}

	async #relearn(client: string | null): Promise<string> {
		try {
			const given = client === null ? {} : { client };
			const options = { alone: true, timeout: TIMEOUT };
			return relearnText(
				await this.#client.call('luci.nft-offload', 'relearn_flows', given, options),
				client
			);
		} catch (error) {
			if (!(error instanceof UbusError)) throw error;
			return explainError(error);
		}
	}

	setPaused(paused: boolean): void {
		this.#paused.value = paused;
		this.announce(paused ? _('Paused.') : _('Resumed.'));
	}

	/** Tells those who do not see the page. The same again is told again. */
	announce(text: string): void {
		this.#announcement.value = text === this.#announcement.value ? `${text}\u00a0` : text;
	}

	async #askSoon(delay: number): Promise<void> {
		const act = ++this.#acts;
		if (delay > 0) await this.#options.clock.sleep(delay);
		if (act !== this.#acts) return;
		const hash = toHash(this.query);
		history.replaceState(history.state, '', hash === '' ? location.pathname + location.search : `#${hash}`);
		this.#announce = true;
		await this.look();
	}

	async #ask(): Promise<Answer> {
		const query = this.query;
		const whole = isWhole(query);
		const proof = whole && this.#options.clock.now() >= this.#proofDue;
		const flows = await this.#get({ ...toArguments(query), ...(proof && { breakdown: true }) });
		const rows = toRows(flows.flows);
		const now = this.#options.clock.now();
		const at = flows.at_ms ?? now;
		this.rates.note(rows, at, countingOf(this.#status()), flows.took_us);
		if (query !== this.answers.value?.query) this.clientRates.clear();
		// A connection that changes its path or state would bring all that it ever carried.
		if (query.path === null && query.search === '')
			this.clientRates.note(flows.clients ?? [], at, flows.took_us);
		const more = whole ? this.#feel(flows, rows) : await this.#feelApart();
		if (this.#announce && query === this.query) {
			this.#announce = false;
			const text = flows.clients ? _('%s clients found.') : _('%s connections found.');
			this.announce(fill(text, foundText(flows)));
		}
		return { ...flows, took_us: flows.took_us + more, query, rows };
	}

	#get(args: FlowsArguments): Promise<Flows> {
		return this.#client.call('luci.nft-offload', 'get_flows', args, { alone: true, timeout: TIMEOUT });
	}

	/** Takes the pulse of the whole table's largest connections. */
	#feel(flows: Flows, rows: readonly Row[]): 0 {
		const now = this.#options.clock.now();
		const { breakdown } = flows;
		if (breakdown) {
			this.#own = ownFrom(breakdown.own);
			this.#proofDue = flows.took_us > LONG ? now + PROOF : 0;
		}
		this.#pulseDue = now + PULSE;
		const eligible = breakdown ? eligibleOf(breakdown) : (this.pulse?.eligible ?? null);
		const status = this.#status();
		const wanIsBare = status !== null && isWanBare(status);
		this.#pulse.value = pulseOf(rows, this.rates, countingOf(status), eligible, wanIsBare);
		this.history.noteFlows(flows, this.#pulse.value, now);
		return 0;
	}

	/** The same while the list is about something else. Returns the microseconds that it took the router. */
	async #feelApart(): Promise<number> {
		const { clock, rest } = this.#options;
		if (this.paused || clock.now() < this.#pulseDue || rest.left > AT_REST) return 0;
		try {
			const flows = await this.#get(WHOLE);
			const rows = toRows(flows.flows);
			this.rates.note(rows, flows.at_ms ?? clock.now(), countingOf(this.#status()), flows.took_us);
			this.#feel(flows, rows);
			return flows.took_us;
		} catch (error) {
			// The list is there; what passes now is not known until the next time.
			if (!(error instanceof UbusError)) throw error;
			return 0;
		}
	}

	async #lookForNames(): Promise<void> {
		this.#namesDue = this.#options.clock.now() + NAMES;
		try {
			const [hints, leases] = await Promise.all([
				this.#client.call('luci-rpc', 'getHostHints', {}),
				this.#client.call('luci-rpc', 'getDHCPLeases', {})
			]);
			this.#hosts.value = new Hosts(hints, leases);
		} catch (error) {
			// Without names there are addresses.
			if (!(error instanceof UbusError)) throw error;
		}
	}
}
