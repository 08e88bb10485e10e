// SPDX-License-Identifier: Apache-2.0
/** firewall4, as far as the flowtable goes. procd reloads it after a change of its file. */
import { existsSync, readFileSync } from 'node:fs';
import type { JsonObject } from './bus.ts';
import type { Clock } from './clock.ts';
import type { Kernel } from './kernel.ts';
import { carriersOf } from './network.ts';
import type { Package, Section } from './uci/model.ts';
import type { Staging } from './uci/staging.ts';

/** procd waits this long after the last event before it reloads. */
const RELOAD_DELAY_MS = 1000;
const TRUE = ['1', 'on', 'true', 'yes'];
const FALSE = ['0', 'off', 'false', 'no'];
const MEMORY = 'var/run/fw4.state';

export class Firewall4 {
	readonly #staging: Staging;
	readonly #kernel: Kernel;
	readonly #clock: Clock;
	/** Calls the load off that is to come; null where none is. */
	#cancel: (() => void) | null = null;
	/** Clock of the last load: every load drops all offloaded connections. */
	loadedAt = 0;
	/** nft refuses each ruleset, as for the sake of a user's include. */
	refuses = false;
	/** The file whose rules are loaded. */
	rules = '';
	/** Nobody gets in: the file that was loaded has no zone. */
	locked = false;
	/** Runs a script that the file includes, to its end. */
	include: (path: string) => Promise<unknown> = () => Promise.resolve();
	/** The end of the includes of the last load. */
	included: Promise<unknown> = Promise.resolve();
	/** Told after each load. */
	onLoad: () => void = () => undefined;

	constructor(staging: Staging, kernel: Kernel, clock: Clock) {
		this.#staging = staging;
		this.#kernel = kernel;
		this.#clock = clock;
	}

	/** procd's `config.change` event. Who has no memory of a load refuses to reload. */
	configChanged(config: string): void {
		if (config !== 'firewall') return;
		this.forget();
		this.#cancel = this.#clock.after(RELOAD_DELAY_MS, () => {
			this.#cancel = null;
			if (existsSync(this.#kernel.path(MEMORY))) this.load();
		});
	}

	/** What was to be loaded is loaded no more. */
	forget(): void {
		this.#cancel?.();
		this.#cancel = null;
	}

	/** The load that procd has asked for dies in its middle: the memory of the one before is gone, and the old rules stay. */
	interrupt(): void {
		if (this.#cancel === null) return;
		this.forget();
		this.#kernel.remove(MEMORY);
	}

	/**
	 * Loads the ruleset, as `fw4 reload` and `fw4 start` do: its memory of the load before goes first. A value that it dies of leaves the old
	 * rules and no memory; a ruleset that nft refuses, the old rules and the memory of a load that was none; a file that libuci
	 * refuses is three chains that drop everything.
	 */
	load(): void {
		this.#kernel.remove(MEMORY);
		const loaded = this.#staging.load(undefined, 'firewall');
		const pkg = loaded.state === 'loaded' ? loaded.pkg : null;
		const defaults = pkg?.sections.find(({ type }) => type === 'defaults');
		if (['flow_offloading', 'flow_offloading_hw'].every((option) => isBoolean(defaults, option))) {
			const zones = pkg === null ? [] : zonesOf(pkg);
			this.#kernel.write(MEMORY, JSON.stringify(this.#memoryOf(zones)));
			if (!this.refuses) {
				this.#setUp(defaults, zones);
				this.rules = readFileSync(this.#staging.file('firewall'), 'utf8');
			}
			this.locked = loaded.state === 'broken';
			this.loadedAt = this.#clock.now();
		}
		this.onLoad();
		this.included = Promise.all(
			scriptsOf(pkg?.sections ?? [])
				.filter((path) => existsSync(this.#kernel.path(path)))
				.map((path) => this.include(path))
		);
	}

	/** Hardware falls back to software for all devices where a driver is busy with the flowtable that is bound. */
	#setUp(defaults: Section | undefined, zones: readonly Section[]): void {
		const carriers = [
			...new Set(zones.flatMap((zone) => this.#devicesOf(zone).map(({ carrier }) => carrier)))
		].sort();
		const wanted = isTrue(defaults, 'flow_offloading') && carriers.length > 0;
		const { flowtable, hardware } = this.#kernel;
		const bound = flowtable?.hardware === true && hardware.busy;
		if (!wanted) this.#kernel.flowtable = null;
		else if (this.#kernel.hasFlowtables)
			this.#kernel.flowtable =
				isTrue(defaults, 'flow_offloading_hw') && !bound
					? { devices: carriers.flatMap((carrier) => this.#lowest(carrier)).sort(), hardware: true }
					: { devices: carriers, hardware: false };
	}

	/** What others read of /var/run/fw4.state. */
	#memoryOf(zones: readonly Section[]): JsonObject {
		const networks = ['lan', 'loopback', 'wan', 'wan6'].map((name) => [name, this.#networkOf(name)] as const);
		return {
			zones: zones.map((zone) => {
				const devices = this.#devicesOf(zone);
				return {
					name: zone.options.get('name') ?? '',
					masq: isTrue(zone, 'masq'),
					masq6: isTrue(zone, 'masq6'),
					related_physdevs: devices.map(({ carrier }) => carrier),
					match_rules: [{ devices_pos: devices.map(({ device }) => device) }]
				};
			}),
			networks: Object.fromEntries(networks)
		};
	}

	#networkOf(name: string): JsonObject {
		const found = carriersOf(name, this.#kernel.hardware.uplink);
		return { up: true, device: found?.device ?? '', physdev: found?.carrier ?? '' };
	}

	/** The devices of a zone's networks. */
	#devicesOf(zone: Section): { device: string; carrier: string }[] {
		const networks = [zone.options.get('network') ?? []].flat();
		const found = networks.map((network) => carriersOf(network, this.#kernel.hardware.uplink));
		const devices = new Map(found.flatMap((each) => (each ? [[each.device, each]] : [])));
		return [...devices.values()].sort((a, b) => (a.device < b.device ? -1 : 1));
	}

	/** firewall4 looks below bridges and VLANs alone. */
	#lowest(name: string): string[] {
		const device = this.#kernel.devices.find((each) => each.name === name);
		return device?.devtype === 'bridge' || device?.devtype === 'vlan'
			? device.lower.flatMap((lower) => this.#lowest(lower))
			: [name];
	}
}

function zonesOf(pkg: Package): Section[] {
	return pkg.sections.filter((section) => section.type === 'zone' && !isFalse(section, 'enabled'));
}

/** The scripts that a file includes: of those that say they are for firewall4, and are not switched off. */
function scriptsOf(sections: readonly Section[]): string[] {
	return sections
		.filter(
			(section) =>
				section.type === 'include' && isTrue(section, 'fw4_compatible') && !isFalse(section, 'enabled')
		)
		.map((section) => String(section.options.get('path') ?? ''));
}

function isTrue(section: Section | undefined, option: string): boolean {
	const value = section?.options.get(option);
	return typeof value === 'string' && TRUE.includes(value);
}

/** Whether firewall4 takes the option's value for one; of a list, and of anything else, it dies. */
function isBoolean(section: Section | undefined, option: string): boolean {
	const value = section?.options.get(option);
	return value === undefined || (typeof value === 'string' && [...TRUE, ...FALSE].includes(value));
}

function isFalse(section: Section, option: string): boolean {
	return section.options.has(option) && !isTrue(section, option);
}
