// SPDX-License-Identifier: Apache-2.0
/**
 * One OpenWrt router in one scenario: a directory that is its root, and on it rpcd's objects, firewall4, the
 * kernel's files, and traffic. Nothing of it needs root, and nothing of it outlives {@link VirtualRouter.stop}.
 */
import {
	cpSync,
	existsSync,
	mkdtempSync,
	readFileSync,
	rmSync,
	watch,
	writeFileSync,
	type FSWatcher
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readGroups, type Login } from './acl.ts';
import { Bus } from './bus.ts';
import { clients, type Client } from './clients.ts';
import { Clock } from './clock.ts';
import { engineTable, render } from './conntrack.ts';
import { Firewall4 } from './firewall4.ts';
import { writeInstaller } from './installer.ts';
import { Kernel } from './kernel.ts';
import { Load } from './load.ts';
import { stockObjects } from './objects.ts';
import { registerPlugin } from './plugin.ts';
import type { Scenario } from './scenarios.ts';
import { sessionObject, Sessions } from './session.ts';
import { connections } from './traffic.ts';
import { Applier } from './uci/apply.ts';
import { anonymousName } from './uci/model.ts';
import { UciObject } from './uci/object.ts';
import { Staging } from './uci/staging.ts';

const BASE = fileURLToPath(new URL('base/', import.meta.url));
/** Seconds that the router had been up when its clock starts. */
const BOOTED = 3600;
const SEED = 25;
/** MediaTek's, whose form the tests know. */
const ENGINE_TABLE = 'sys/kernel/debug/ppe0/bind';
/** The virtual fw4 (base/sbin/fw4) leaves here what it is asked for, until it is done. */
const REQUEST = 'run/virtual-kernel/fw4-request';

/** What somebody asked of the plugin. */
export interface PluginCall {
	method: string;
	/** Milliseconds on the router's clock. */
	at: number;
}

export interface Options {
	/** The bundle of test/host that runs the plugin in Node. */
	host: string;
	/** The installed tree of our package, or null for a router without it. */
	package: string | null;
	/** By name; rpcd's own names for what each may. */
	users: Record<string, Login>;
}

export class VirtualRouter {
	readonly clock = new Clock();
	readonly root = mkdtempSync(join(tmpdir(), 'virtual-router-'));
	readonly bus = new Bus();
	readonly kernel: Kernel;
	readonly sessions: Sessions;
	readonly staging: Staging;
	readonly applier: Applier;
	readonly firewall: Firewall4;
	readonly scenario: Scenario;
	readonly options: Options;
	/** False while nothing that the router answers reaches the browser. */
	reachable = true;
	readonly pluginCalls: PluginCall[] = [];
	readonly #load: Load;
	readonly #clients: readonly Client[];
	readonly #started: number;
	readonly #watcher: FSWatcher;

	private constructor(scenario: Scenario, options: Options) {
		this.scenario = scenario;
		this.options = options;
		this.#started = this.clock.now();
		cpSync(BASE, this.root, { recursive: true });
		if (options.package !== null) cpSync(options.package, this.root, { recursive: true });
		this.kernel = new Kernel(this.root, scenario.hardware, scenario.packageManager);
		writeInstaller(this.kernel);
		this.#load = new Load(this.kernel, BOOTED);
		this.#clients = clients(scenario.hostileNames);
		this.sessions = new Sessions(this.clock, options.users, () =>
			readGroups(join(this.root, 'usr/share/rpcd/acl.d'))
		);
		this.staging = new Staging(this.root);
		this.applier = new Applier(this.root, this.staging, this.sessions, this.clock);
		this.applier.commitEmpties = scenario.commitEmpties;
		this.kernel.write('run/virtual-kernel/free-flash', `${scenario.freeFlash}\n`);
		this.firewall = new Firewall4(this.staging, this.kernel, this.clock);
		this.#connect();
		// A file that cannot be loaded was broken by somebody later: what the stock one made is still in effect.
		this.firewall.reload();
		this.writeFirewall(firewallFile(this.firewallFile(), scenario.firewall));
		if (scenario.loads !== 'never') this.firewall.reload();
		if (scenario.loads === 'twice') this.firewall.reload();
		if (scenario.lateDevice) this.kernel.addLateDevice();
		if (scenario.nftRefuses !== null) this.#refuse(scenario);
		this.#watcher = watch(join(this.root, 'run/virtual-kernel'), () => {
			this.#carryOut();
		});
		this.firewall.loadedAt = this.#started - BOOTED * 1000;
	}

	/** Starts a router. It answers once the plugin's methods are known, as rpcd does. */
	static async start(scenario: Scenario, options: Options): Promise<VirtualRouter> {
		const router = new VirtualRouter(scenario, options);
		if (options.package !== null) await registerPlugin(router);
		return router;
	}

	/** Seconds since the boot. */
	get uptime(): number {
		return this.#uptimeAt(this.clock.now());
	}

	/** The committed /etc/config/firewall. */
	firewallFile(): string {
		return readFileSync(this.staging.file('firewall'), 'utf8');
	}

	/** Writes /etc/config/firewall as an admin with an editor does: nothing is reloaded. */
	writeFirewall(text: string): void {
		writeFileSync(this.staging.file('firewall'), text);
	}

	/** Brings the files that the kernel would make up at each read to what they say now. */
	refresh(): void {
		const { kernel, firewall, scenario } = this;
		const situation = {
			now: this.uptime,
			loadedAt: this.#uptimeAt(firewall.loadedAt),
			flowtable: kernel.flowtable,
			engine: kernel.hardware.engine
		};
		const list = connections(SEED, scenario.connections, this.#clients, situation);
		kernel.write('proc/net/nf_conntrack', render(list, kernel.hardware.accounting));
		if (kernel.hasEngine === true)
			kernel.write(ENGINE_TABLE, engineTable(list, kernel.hardware.engine === 'takes one way'));
		kernel.write('proc/sys/net/netfilter/nf_conntrack_count', `${list.length}\n`);
		kernel.write('proc/uptime', `${this.uptime.toFixed(2)} ${this.uptime.toFixed(2)}\n`);
		this.#load.show(this.uptime);
		const loaded = this.staging.load(undefined, 'firewall');
		kernel.refuseFirewallFile(loaded.state === 'broken' ? loaded.reason : null);
	}

	stop(): void {
		this.#watcher.close();
		this.clock.stop();
		rmSync(this.root, { recursive: true, force: true });
	}

	#connect(): void {
		const { bus, sessions, clock, scenario, staging, applier, firewall, kernel } = this;
		bus.register('session', sessionObject(sessions, clock));
		bus.register('uci', new UciObject(staging, sessions, applier).methods());
		const objects = stockObjects({
			root: this.root,
			kernel,
			sessions,
			clients: this.#clients,
			uptime: () => this.uptime,
			freeFlash: () => scenario.freeFlash
		});
		for (const [name, object] of Object.entries(objects)) bus.register(name, object);
		sessions.onStart = (sid) => {
			this.#begin(sid);
		};
		sessions.onEnd = (sid) => {
			staging.forget(sid);
		};
		applier.onConfigChange = (config) => {
			firewall.configChanged(config);
		};
		firewall.onReload = () => {
			this.reachable = !firewall.locked && !(scenario.cutOff && applier.pending !== undefined);
		};
	}

	/** From now on nft refuses each ruleset; the last one was refused already. */
	#refuse({ nftRefuses, firewall }: Scenario): void {
		this.kernel.write('run/virtual-kernel/nft-refuses', `${nftRefuses ?? ''}\n`);
		this.firewall.refuses = true;
		this.writeFirewall(firewallFile(readFileSync(join(BASE, 'etc/config/firewall'), 'utf8'), firewall));
		this.kernel.flowtable = null;
		this.firewall.reload();
	}

	/** Does what fw4 was asked for. */
	#carryOut(): void {
		const request = join(this.root, REQUEST);
		if (!existsSync(request)) return;
		this.firewall.reload();
		rmSync(request, { force: true });
	}

	#uptimeAt(moment: number): number {
		return BOOTED + (moment - this.#started) / 1000;
	}

	/** What the scenario has in store for a new session. */
	#begin(sid: string): void {
		const { foreignChanges, sessionLifetime } = this.scenario;
		if (foreignChanges) {
			this.staging.stage(sid, 'network', ['set', 'lan', 'ipaddr', '192.168.7.1']);
			this.staging.stage(sid, 'firewall', ['set', anonymousName(2, 'zone'), 'forward', 'REJECT']);
		}
		if (sessionLifetime !== null)
			this.clock.after(sessionLifetime * 1000, () => {
				this.sessions.destroy(sid);
			});
	}
}

/** The scenario's file: another one, or the stock one with lines added to its defaults. */
export function firewallFile(stock: string, wanted: Scenario['firewall']): string {
	if ('file' in wanted) return wanted.file;
	const lines = wanted.defaults.map((line) => `${line}\n`).join('');
	return stock.replace(/^config defaults\n(\t.*\n)*/m, (section) => section + lines);
}
