// SPDX-License-Identifier: Apache-2.0
import type { Job, JobReport, PackageDetails } from '../../../rpcd/api/index.ts';
import { UbusError, type UbusClient } from '../lib/ubus/index.ts';
import { Value, type Changed } from '../lib/value.ts';

const OBJECT = 'luci.nft-offload';

/** Characters of the log that are kept: what is longer loses its beginning. */
const LOG_KEPT = 262_144;

/** What is there of the package, and the job that installs it. */
export class InstallState {
	readonly #client: UbusClient;
	readonly #ended: () => void;
	readonly #details: Value<PackageDetails | null>;
	readonly #job: Value<Job>;
	readonly #log: Value<string>;
	readonly #error: Value<UbusError | null>;
	readonly #busy: Value<boolean>;
	#watched = false;
	#told: string | null = null;

	/** `ended` is called when a job that was seen running has ended. */
	constructor(client: UbusClient, changed: Changed, ended: () => void) {
		this.#client = client;
		this.#ended = ended;
		this.#details = new Value<PackageDetails | null>(null, changed);
		this.#job = new Value<Job>({ state: 'none' }, changed);
		this.#log = new Value('', changed);
		this.#error = new Value<UbusError | null>(null, changed);
		this.#busy = new Value(false, changed);
	}

	/** Null until the router has answered. */
	get details(): PackageDetails | null {
		return this.#details.value;
	}

	/** The job that runs, or the last one since the router's boot. */
	get job(): Job {
		return this.#job.value;
	}

	/** What the job's programs have printed. */
	get log(): string {
		return this.#log.value;
	}

	/** Why the last question or the start failed; null when it did not. */
	get error(): UbusError | null {
		return this.#error.value;
	}

	/** A question or the start is under way. */
	get busy(): boolean {
		return this.#busy.value;
	}

	/** Whether this page has seen the job run. */
	get watched(): boolean {
		return this.#watched;
	}

	/**
	 * Called each second with what the state tells of the module and the package: a job that runs is asked for again,
	 * and everything when somebody else has installed or loaded something.
	 */
	tick(told: string): void {
		if (this.busy) return;
		if (this.job.state === 'running') void this.#try(() => this.#follow());
		else if (told !== (this.#told ??= told)) {
			this.#told = told;
			void this.look();
		}
	}

	/** Looks at the package and at the job. */
	async look(): Promise<void> {
		await this.#try(async () => {
			const details = this.#client.call(OBJECT, 'get_package', {});
			await Promise.all([this.#follow(), details]);
			this.#details.value = await details;
		});
	}

	/** Starts the job, unless this page knows of one. Where one runs already, its progress is shown. */
	async install(): Promise<void> {
		if (this.busy || this.job.state === 'running') return;
		await this.#try(async () => {
			await this.#take(await this.#client.call(OBJECT, 'install_package', {}));
		});
		const refusal = this.error;
		if (refusal?.problem?.problem !== 'job_running') return;
		await this.#try(() => this.#follow());
		// No job runs: it is the package manager that is still busy, and that has to stay told.
		if (this.error === null && reportOf(this.job) === null) this.#error.value = refusal;
	}

	/** Asks what has come since the last time, as long as there is more. */
	async #follow(): Promise<void> {
		let more = true;
		while (more) {
			const known = reportOf(this.job);
			const job = await this.#client.call(OBJECT, 'get_job', { offset: known?.log_next ?? 0 });
			const report = reportOf(job);
			const another = known !== null && known.id !== report?.id;
			if (another) this.#forget();
			else await this.#take(job);
			more = another || report?.log_more === true;
		}
	}

	/** The end of a job is told together with what is there since, or the one would contradict the other. */
	async #take(job: Job): Promise<void> {
		const known = reportOf(this.job);
		const report = reportOf(job);
		const ends = this.job.state === 'running' && job.state !== 'running';
		if (ends) this.#details.value = await this.#client.call(OBJECT, 'get_package', {});
		const before = known?.id === report?.id ? this.#log.value : '';
		this.#log.value = (before + (report?.log ?? '')).slice(-LOG_KEPT);
		this.#job.value = job;
		if (job.state === 'running') this.#watched = true;
		else if (ends) this.#ended();
	}

	/** Another job has begun: its log is read from its beginning. */
	#forget(): void {
		this.#job.value = { state: 'none' };
		this.#log.value = '';
	}

	async #try(attempt: () => Promise<void>): Promise<void> {
		this.#busy.value = true;
		try {
			await attempt();
			this.#error.value = null;
		} catch (error) {
			if (!(error instanceof UbusError)) throw error;
			this.#error.value = error;
		} finally {
			this.#busy.value = false;
		}
	}
}

export function reportOf(job: Job): JobReport | null {
	return job.state === 'none' ? null : job.report;
}
