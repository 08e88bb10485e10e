// SPDX-License-Identifier: Apache-2.0
/**
 * One OpenWrt router in one scenario: a directory that is its root, and on it rpcd's objects, firewall4, the
 * kernel's files, and traffic. Nothing of it needs root, and nothing of it outlives {@link VirtualRouter.stop}.
 */
import {
	cpSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	watch,
	writeFileSync,
	type FSWatcher
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readGroups, type Login } from './acl.ts';
import { Bus, isObject, type Json, type JsonObject } from './bus.ts';
import { clients, neighbours, type Client } from './clients.ts';
import { Clock } from './clock.ts';
import { engineTable, render } from './conntrack.ts';
import { Firewall4 } from './firewall4.ts';
import { Flash } from './flash.ts';
import { writeInstaller } from './installer.ts';
import { Kernel } from './kernel.ts';
import { Load } from './load.ts';
import { carriersOf, showAddresses, showRoutes } from './network.ts';
import { stockObjects } from './objects.ts';
import { registerPlugin } from './plugin.ts';
import { Procd } from './procd.ts';
import { Processes } from './processes.ts';
import { AT_BOOT, NODE, writePrograms } from './programs.ts';
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
/** What programs of the root have asked for (base/usr/libexec/virtual/ask). */
const REQUESTS = 'run/virtual-kernel/requests';
/** What lies in memory, and what is there of it once /etc/init.d/boot has run. */
const MEMORY = ['tmp', 'var'];
const AFTER_BOOT = ['tmp', 'var/lock', 'var/run'];
/** Milliseconds from the end of one run to the start of the next. */
const DOWN = 3000;
/** Milliseconds between two times that the kernel's files are brought up to date. */
const FRESH = 250;
/** Milliseconds for which a flash takes nothing in the scenario of that. */
const READ_ONLY = 30_000;

/** What somebody asked of the plugin. */
export interface PluginCall {
	method: string;
	args: JsonObject;
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
	readonly processes = new Processes(this.root, this.bus);
	readonly procd = new Procd(this.processes, this.clock);
	readonly flash = new Flash(this.root);
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
	readonly #clients: readonly Client[];
	readonly #watcher: FSWatcher;
	#load: Load;
	/** The moment at which it had been up for so many seconds. */
	#started: { at: number; uptime: number };
	#follows: NodeJS.Timeout | undefined;
	/** Comparisons that run. */
	#comparisons = 0;
	/** The restart that is under way. */
	#restart: Promise<void> | undefined;
	#stopped = false;
	/** Requests for a load that goes on. */
	readonly #loading = new Set<string>();

	private constructor(scenario: Scenario, options: Options) {
		this.scenario = scenario;
		this.options = options;
		this.#started = { at: this.clock.now(), uptime: BOOTED };
		cpSync(BASE, this.root, { recursive: true });
		if (options.package !== null) cpSync(options.package, this.root, { recursive: true });
		this.kernel = new Kernel(this.root, scenario.hardware, scenario.packageManager);
		writeInstaller(this.kernel);
		writePrograms(this.root, this.kernel, options.host);
		showAddresses(this.kernel);
		showRoutes(this.kernel);
		this.#load = new Load(this.kernel, BOOTED, scenario.connections > 0);
		this.#clients = clients(scenario.hostileNames);
		this.kernel.write('run/virtual-kernel/neighbours', neighbours(this.#clients));
		this.sessions = new Sessions(this.clock, options.users, () =>
			readGroups(join(this.root, 'usr/share/rpcd/acl.d'))
		);
		this.staging = new Staging(this.root, this.flash, this.processes);
		this.applier = new Applier(this.root, this.staging, this.sessions, this.clock, this.flash);
		this.kernel.write('run/virtual-kernel/free-flash', `${scenario.freeFlash}\n`);
		this.firewall = new Firewall4(this.staging, this.kernel, this.clock);
		this.firewall.include = (path) => this.processes.run(['bash', '-c', `. '${join(this.root, path)}'`]);
		this.#connect();
		// A file that cannot be loaded was broken by somebody later: what the stock one made is still in effect.
		this.firewall.load();
		this.writeFirewall(firewallFile(this.firewallFile(), scenario.firewall));
		if (scenario.loads !== 'never') this.firewall.load();
		if (scenario.loads === 'twice') this.firewall.load();
		if (scenario.lateDevice) this.kernel.addLateDevice();
		if (scenario.nftRefuses !== null) this.#refuse(scenario);
		mkdirSync(join(this.root, REQUESTS), { recursive: true });
		this.#watcher = watch(join(this.root, REQUESTS), () => {
			this.#carryOut();
		});
		this.firewall.loadedAt = this.#started.at - BOOTED * 1000;
		this.flash.sync();
		this.flash.state = scenario.flash === 'full' ? 'full' : 'works';
		// What the scenario has in store is for what is loaded from now on.
		this.firewall.onLoad = () => {
			this.#loaded();
		};
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

	/**
	 * Restarts it without a warning. Whatever was running is killed, whatever lay in memory is gone, and of the flash what was not
	 * written out where it `crashes`. It is back when that is done.
	 */
	reboot(how: 'crashes' | 'loses nothing' = 'loses nothing'): Promise<void> {
		this.#restart ??= this.#begin(how).finally(() => {
			this.#restart = undefined;
		});
		return this.#restart;
	}

	/** Starts rpcd anew, as the installation of any LuCI package does: sessions survive, an apply that waits does not. */
	reloadRpcd(): void {
		this.applier.forget();
	}

	/** Brings the files that the kernel would make up at each read to what they say now. */
	refresh(): void {
		const { kernel, firewall, scenario } = this;
		const situation = {
			now: this.uptime,
			loadedAt: this.#uptimeAt(firewall.loadedAt),
			flowtable: kernel.flowtable,
			engine: kernel.hardware.engine,
			policy: kernel.policy,
			uplink: carriersOf('wan', kernel.hardware.uplink)?.device ?? 'wan'
		};
		const list = connections(SEED, scenario.connections, this.#clients, situation);
		kernel.write('proc/net/nf_conntrack', render(list, kernel.hardware.accounting));
		if (kernel.hasEngine === true)
			kernel.write(ENGINE_TABLE, engineTable(list, kernel.hardware.engine === 'takes one way'));
		kernel.write('proc/sys/net/netfilter/nf_conntrack_count', `${list.length}\n`);
		kernel.write('proc/uptime', `${this.uptime.toFixed(2)} ${this.uptime.toFixed(2)}\n`);
		this.#load.show(
			this.uptime,
			list.some(({ path }) => path === 'hardware')
		);
		const loaded = this.staging.load(undefined, 'firewall');
		kernel.refuseFirewallFile(loaded.state === 'broken' ? loaded.reason : null);
	}

	stop(): void {
		this.#stopped = true;
		this.#watcher.close();
		clearTimeout(this.#follows);
		this.clock.stop();
		this.processes.killAll();
		this.procd.forget();
		rmSync(this.root, { recursive: true, force: true });
	}

	#connect(): void {
		const { bus, sessions, clock, scenario, staging, applier, firewall, kernel, procd } = this;
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
		bus.register('service', procd.object());
		sessions.onStart = (sid) => {
			this.#welcome(sid);
		};
		sessions.onEnd = (sid) => {
			staging.forget(sid);
		};
		for (const who of [applier, procd])
			who.onConfigChange = (config) => {
				firewall.configChanged(config);
			};
		procd.onStart = () => {
			clearTimeout(this.#follows);
			this.#follow();
		};
	}

	/** What the scenario has in store once a firewall is loaded. */
	#loaded(): void {
		const { scenario, firewall, kernel, flash, clock } = this;
		const { flowtable } = kernel;
		this.reachable = this.#restart === undefined && !firewall.locked && !(scenario.cutOff && flowtable);
		if (flowtable && scenario.flash === 'read-only after a load' && flash.state === 'works') {
			flash.state = 'read-only';
			clock.after(READ_ONLY, () => {
				flash.state = 'works';
			});
		}
		if (flowtable?.hardware && scenario.panics !== null)
			clock.after(scenario.panics * 1000, () => {
				// The driver that panics is that of the flowtable.
				if (kernel.flowtable === flowtable) void this.reboot('crashes');
			});
	}

	/** While a program of ours runs, the kernel's files tell what is. */
	#follow(): void {
		const began = performance.now();
		this.refresh();
		const took = performance.now() - began;
		if (this.procd.services.length > 0 || this.#comparisons > 0)
			this.#follows = setTimeout(
				() => {
					this.#follow();
				},
				Math.max(FRESH, 4 * took)
			);
	}

	/** Ends all, and starts anew what a router starts. */
	async #begin(how: 'crashes' | 'loses nothing'): Promise<void> {
		const { kernel, procd, processes, flash, clock, firewall } = this;
		this.reachable = false;
		processes.killAll();
		procd.forget();
		clearTimeout(this.#follows);
		firewall.forget();
		this.applier.forget();
		this.sessions.forget();
		this.staging.forgetAll();
		for (const path of MEMORY) kernel.remove(path);
		for (const name of readdirSync(join(this.root, REQUESTS))) kernel.remove(join(REQUESTS, name));
		if (how === 'crashes') flash.crash();
		kernel.boot();
		await new Promise<void>((resolve) => clock.after(DOWN, resolve));
		this.#started = { at: clock.now(), uptime: 1 };
		this.#load = new Load(kernel, this.uptime, this.scenario.connections > 0);
		for (const path of AFTER_BOOT) mkdirSync(join(this.root, path), { recursive: true });
		this.refresh();
		const atBoot = join(this.root, AT_BOOT);
		if (existsSync(atBoot)) await processes.run([atBoot, 'boot']);
		if (this.#stopped) return;
		firewall.load();
		this.reachable = !firewall.locked;
	}

	/** From now on nft refuses each ruleset; the last one was refused already. */
	#refuse({ nftRefuses, firewall }: Scenario): void {
		this.kernel.write('run/virtual-kernel/nft-refuses', `${nftRefuses ?? ''}\n`);
		this.firewall.refuses = true;
		this.writeFirewall(firewallFile(readFileSync(join(BASE, 'etc/config/firewall'), 'utf8'), firewall));
		this.kernel.flowtable = null;
		this.firewall.load();
	}

	/** Does what programs of the root have asked for. Each waits until its file is gone. */
	#carryOut(): void {
		const folder = join(this.root, REQUESTS);
		for (const name of existsSync(folder) ? readdirSync(folder) : []) {
			if (this.#loading.has(name)) continue;
			const words = readFileSync(join(folder, name), 'utf8').trim();
			if (words === 'load') {
				// `fw4 reload` ends when its includes have.
				this.#loading.add(name);
				this.firewall.load();
				void this.firewall.included.then(() => {
					this.#loading.delete(name);
					rmSync(join(folder, name), { force: true });
				});
				continue;
			}
			if (words.startsWith('nft ')) this.#transact(words.slice('nft '.length));
			if (words === 'sync') this.flash.sync();
			if (words.startsWith('call ')) void this.#call(words);
			if (words.startsWith('compare ')) this.#compare(words.split(' ').slice(1));
			if (words.startsWith('pass ')) {
				this.clock.advance(Number(words.slice(5)));
				this.refresh();
			}
			rmSync(join(folder, name), { force: true });
		}
	}

	/** What the kernel has against a transaction lies where the fake nft looks for it. */
	#transact(path: string): void {
		const refusal = this.kernel.transact(readFileSync(join(this.root, path), 'utf8'));
		if (refusal !== null) this.kernel.write(`run/virtual-kernel/said/${basename(path)}`, `${refusal}\n`);
	}

	/** Starts a comparison, on the bus and in the name that its script has set: who has started it waits for nothing of it. */
	#compare([by = '', ...args]: readonly string[]): void {
		const node = ['env', `NFT_OFFLOAD_BY=${by}`, ...NODE];
		const program = join(dirname(this.options.host), 'compare.mjs');
		const { child, stdin, stdout, stderr } = this.processes.start([...node, program, this.root, ...args]);
		stdin.end();
		stdout.resume();
		stderr.on('data', (chunk: Buffer) => this.procd.log.push(chunk.toString()));
		this.#comparisons++;
		child.on('close', () => this.#comparisons--);
		clearTimeout(this.#follows);
		this.#follow();
	}

	/** `call OBJECT METHOD ARGUMENTS` */
	async #call(words: string): Promise<void> {
		const [, object = '', method = '', args = ''] = /^call (\S+) (\S+) (.*)$/.exec(words) ?? [];
		const given = JSON.parse(args) as Json;
		if (isObject(given)) await this.bus.call(object, method, given);
	}

	#uptimeAt(moment: number): number {
		return this.#started.uptime + (moment - this.#started.at) / 1000;
	}

	/** What the scenario has in store for a new session. */
	#welcome(sid: string): void {
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
