// SPDX-License-Identifier: Apache-2.0
/** firewall4, as far as the flowtable goes, and procd, which reloads it after a change of its file. */
import type { JsonObject } from './bus.ts';
import type { Clock } from './clock.ts';
import type { Kernel } from './kernel.ts';
import { DEVICES, INTERFACES } from './network.ts';
import type { Package, Section } from './uci/model.ts';
import type { Staging } from './uci/staging.ts';

/** procd waits this long after the last event before it reloads. */
const RELOAD_DELAY_MS = 1000;
const TRUE = ['1', 'on', 'true', 'yes'];

export class Firewall4 {
	readonly #staging: Staging;
	readonly #kernel: Kernel;
	readonly #clock: Clock;
	#cancel: () => void = () => undefined;
	/** Clock of the last reload: every reload drops all offloaded connections. */
	loadedAt = 0;
	/** Told after each reload. */
	onReload: () => void = () => undefined;

	constructor(staging: Staging, kernel: Kernel, clock: Clock) {
		this.#staging = staging;
		this.#kernel = kernel;
		this.#clock = clock;
	}

	/** procd's `config.change` event. */
	configChanged(config: string): void {
		if (config !== 'firewall') return;
		this.#cancel();
		this.#cancel = this.#clock.after(RELOAD_DELAY_MS, () => {
			this.reload();
		});
	}

	/** Loads the ruleset. One that cannot be loaded leaves the old one as it was. */
	reload(): void {
		const loaded = this.#staging.load(undefined, 'firewall');
		if (loaded.state === 'loaded') {
			const defaults = loaded.pkg.sections.find(({ type }) => type === 'defaults');
			const carriers = carriersOf(loaded.pkg);
			const wanted = isTrue(defaults, 'flow_offloading') && carriers.length > 0;
			if (!wanted) this.#kernel.flowtable = null;
			else if (this.#kernel.hasFlowtables) this.#load(carriers, isTrue(defaults, 'flow_offloading_hw'));
			this.#kernel.write('var/run/fw4.state', JSON.stringify({ zones: zonesOf(loaded.pkg).map(stateOf) }));
			this.loadedAt = this.#clock.now();
		}
		this.onReload();
	}

	/** Hardware needs every device's driver; one that refuses makes firewall4 fall back to software for all. */
	#load(carriers: string[], hardware: boolean): void {
		const ports = carriers.flatMap(lowest).sort();
		if (hardware && !ports.some((port) => this.#kernel.refuses(port))) {
			this.#kernel.flowtable = { devices: ports, hardware: true };
		} else {
			this.#kernel.flowtable = { devices: carriers, hardware: false };
		}
	}
}

function zonesOf(pkg: Package): Section[] {
	return pkg.sections.filter((section) => section.type === 'zone' && !isFalse(section, 'enabled'));
}

/** The devices of a zone's networks. */
function devicesOf(zone: Section): string[] {
	const networks = [zone.options.get('network') ?? []].flat();
	const devices = networks.map((network) => INTERFACES[network]).filter((device) => device !== undefined);
	return [...new Set(devices)].sort();
}

/** The devices of all zones. */
function carriersOf(pkg: Package): string[] {
	return [...new Set(zonesOf(pkg).flatMap(devicesOf))].sort();
}

/** A zone in /var/run/fw4.state, as far as anybody else reads it. */
function stateOf(zone: Section): JsonObject {
	const devices = devicesOf(zone);
	return {
		name: zone.options.get('name') ?? '',
		masq: isTrue(zone, 'masq'),
		masq6: isTrue(zone, 'masq6'),
		related_physdevs: devices,
		match_rules: [{ devices_pos: devices }]
	};
}

/** firewall4 looks below bridges (and VLANs) alone. */
function lowest(name: string): string[] {
	const device = DEVICES.find((each) => each.name === name);
	return device?.devtype === 'bridge' ? device.lower.flatMap(lowest) : [name];
}

function isTrue(section: Section | undefined, option: string): boolean {
	const value = section?.options.get(option);
	return typeof value === 'string' && TRUE.includes(value);
}

function isFalse(section: Section, option: string): boolean {
	return section.options.has(option) && !isTrue(section, option);
}
