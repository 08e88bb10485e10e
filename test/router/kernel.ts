// SPDX-License-Identifier: Apache-2.0
/**
 * What the kernel shows of itself below the router's root: devices, modules, settings, and the flowtable. The
 * fake nft (base/usr/sbin/nft) reads the same files.
 */
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ZoneDevices } from '../rpcd/policy/judge.ts';
import { devicesOf, LATE, type Device, type Uplink } from './network.ts';

export const KERNEL_RELEASE = '6.12.74';

/** What is written lies on the flash. */
const MOUNTS = `/dev/root /rom squashfs ro,relatime 0 0
/dev/loop0 /overlay f2fs rw,lazytime 0 0
overlayfs:/overlay / overlay rw,noatime,lowerdir=/,upperdir=/overlay/upper 0 0
`;

/** Installed whatever the scenario. */
const PACKAGES = ['kernel', 'kmod-nf-conntrack', 'kmod-nf-flow', 'kmod-nft-core', 'kmod-nft-nat'];

export type Engine =
	| 'none'
	| 'unknown'
	| 'takes nothing'
	| 'takes all'
	| 'takes one way'
	| 'takes IPv4'
	| 'is full'
	| 'swallows';

export interface Hardware {
	module: 'loaded' | 'builtin' | 'loadable' | 'missing';
	/**
	 * The flow engine below the ports. OpenWrt's kernel takes `flags offload` whatever it is: without one (`none`), or with one that
	 * `takes nothing`, connections stay in software. `unknown` is none, of which nobody knows. One that `swallows` takes all
	 * and sends nothing on.
	 */
	engine: Engine;
	/** The driver binds no second flowtable beside the one that is bound: firewall4's next load falls back to software. */
	busy: boolean;
	uplink: Uplink;
	/** A flowtable of another program, as nft lists it; empty where there is none. */
	otherFlowtable: string;
	/** Further modules that are loaded. */
	modules: readonly string[];
	/** What nft says when it can do nothing at all. */
	nftFails: string | null;
	/** `net.netfilter.nf_conntrack_acct`. */
	accounting: boolean;
}

/** firewall4's flowtable; null when there is none. */
export type Flowtable = { devices: readonly string[]; hardware: boolean } | null;

/** A policy that took the place of firewall4's rule: the stamp of its file, and the rules of its chain. */
export interface KernelPolicy {
	stamp: string;
	rules: readonly string[];
	/** The devices of zones that they name. */
	zones: ZoneDevices;
}

/** The one transaction of which a policy's include is made, with the rule's handle, and with the flowtable or without. */
const TRANSACTION =
	/^((?:define zone_[\w-]+ = \{ "[^\n]*" \}\n)*)add chain inet fw4 nft_offload_policy\nflush chain inet fw4 nft_offload_policy\ndelete rule inet fw4 forward handle (\d+)\n(delete flowtable inet fw4 ft\nadd flowtable inet fw4 ft \{ hook ingress priority 0; devices = \{ ([^}]*) \};( counter;)?( flags offload;)? \}\n)?((?:add rule inet fw4 nft_offload_policy .*\n)+)insert rule inet fw4 forward meta l4proto \{ tcp, udp \} jump nft_offload_policy comment "nft-offload ([\d-]+)"\n$/;

/** What nft is told of zones: `define zone_lan = { "br-lan" }`. */
const zonesOf = (defines: string): ZoneDevices =>
	Object.fromEntries(
		[...defines.matchAll(/^define zone_([\w-]+) = \{ (.*) \}$/gm)].map(([, zone = '', devices = '']) => [
			zone,
			devices.split(', ').map((device) => device.replaceAll('"', ''))
		])
	);

export type PackageManager = 'apk' | 'opkg';

export class Kernel {
	readonly #root: string;
	readonly hardware: Hardware;
	readonly manager: PackageManager;
	/** Those that are there now. */
	readonly devices: Device[];
	#flowtable: Flowtable = null;
	#policy: KernelPolicy | null = null;
	/** firewall4's table is there. */
	#loaded = false;
	/** The kernel gives each flowtable a number of its own. */
	#handle = 650;

	constructor(root: string, hardware: Hardware, manager: PackageManager) {
		this.#root = root;
		this.hardware = hardware;
		this.manager = manager;
		this.devices = [...devicesOf(hardware.uplink)];
		for (const device of this.devices) this.#showDevice(device);
		this.#showModules();
		if (hardware.nftFails !== null) this.write('run/virtual-kernel/nft-fails', hardware.nftFails);
		this.write('proc/mounts', MOUNTS);
		this.write('proc/sys/kernel/hostname', 'OpenWrt\n');
		this.write('proc/sys/kernel/osrelease', `${KERNEL_RELEASE}\n`);
		this.write('proc/sys/net/netfilter/nf_conntrack_max', '65536\n');
		this.write('proc/sys/net/netfilter/nf_conntrack_acct', hardware.accounting ? '1\n' : '0\n');
		this.boot();
	}

	/** As it is before anything is loaded. */
	boot(): void {
		this.write('tmp/sysinfo/model', 'Virtual Router\n');
		this.#flowtable = null;
		this.#policy = null;
		this.#loaded = false;
		this.#handle = 650;
		this.#list();
	}

	/** Where the package manager has what is installed, below the root. */
	get packageDatabase(): string {
		return this.manager === 'apk' ? 'lib/apk/db/installed' : 'usr/lib/opkg/status';
	}

	/** The module may have been installed since. */
	get hasFlowtables(): boolean {
		return (
			this.hardware.module === 'loaded' ||
			this.hardware.module === 'builtin' ||
			existsSync(join(this.#root, 'sys/module/nft_flow_offload'))
		);
	}

	get flowtable(): Flowtable {
		return this.#flowtable;
	}

	set flowtable(flowtable: Flowtable) {
		this.#flowtable = flowtable;
		this.#policy = null;
		this.#loaded = true;
		this.#handle++;
		this.#list();
	}

	get policy(): KernelPolicy | null {
		return this.#policy;
	}

	/** Carries a policy's transaction out, all of it; or what is against that. */
	transact(text: string): string | null {
		const found = TRANSACTION.exec(text);
		if (found === null) return 'Error: syntax error';
		const [, defines = '', handle, whole, devices = '', , offload, rules = '', stamp = ''] = found;
		const zones = zonesOf(defines);
		if ([...rules.matchAll(/\$zone_([\w-]+)/g)].some(([, zone = '']) => !(zone in zones)))
			return 'Error: unknown identifier';
		const { flowtable } = this;
		if (flowtable === null || this.#policy !== null || Number(handle) !== RULE_HANDLE)
			return 'Error: Could not process rule: No such file or directory';
		const named = devices.split(', ').map((name) => name.replaceAll('"', ''));
		if (whole !== undefined && named.some((name) => !this.devices.some((device) => device.name === name)))
			return 'Error: Could not process rule: No such file or directory';
		if (whole !== undefined && flowtable.hardware !== (offload !== undefined))
			return 'Error: Could not process rule: Not supported';
		if (whole !== undefined && flowtable.hardware && this.hardware.busy)
			return 'Error: Could not process rule: Resource busy';
		if (whole !== undefined) this.flowtable = { devices: named, hardware: offload !== undefined };
		this.#policy = {
			stamp,
			zones,
			rules: rules
				.trim()
				.split('\n')
				.map((line) => line.replace('add rule inet fw4 nft_offload_policy ', ''))
		};
		this.#list();
		return null;
	}

	/** What netifd says of the switch's conduit: null where it says nothing. */
	get hasEngine(): boolean | null {
		return this.hardware.engine === 'unknown' ? null : this.hardware.engine !== 'none';
	}

	/** An access point comes into the bridge. */
	addLateDevice(): void {
		this.devices.push(LATE);
		this.#showDevice(LATE);
		symlinkSync(`../${LATE.name}`, join(this.#root, `sys/class/net/br-lan/lower_${LATE.name}`));
		const bridge = this.devices.findIndex(({ name }) => name === 'br-lan');
		const before = this.devices[bridge];
		if (before) this.devices[bridge] = { ...before, lower: [...before.lower, LATE.name] };
	}

	/** Lets /sbin/uci say what libuci has against /etc/config/firewall; null when it has nothing. */
	refuseFirewallFile(reason: string | null): void {
		const file = 'run/virtual-kernel/uci-refuses';
		if (reason === null) rmSync(join(this.#root, file), { force: true });
		else this.write(file, `uci: ${reason}\n`);
	}

	/** Where a file of the root is. */
	path(path: string): string {
		return join(this.#root, path);
	}

	/** Puts a file below the root, its folders included. Whoever reads the old one reads it to its end. */
	write(path: string, text: string): void {
		const file = join(this.#root, path);
		mkdirSync(dirname(file), { recursive: true });
		writeFileSync(`${file}.new`, text);
		renameSync(`${file}.new`, file);
	}

	/** Writes a program below the root. */
	writeProgram(path: string, text: string): void {
		this.write(path, text);
		chmodSync(join(this.#root, path), 0o755);
	}

	/** Puts a symbolic link below the root. */
	link(path: string, target: string): void {
		const file = join(this.#root, path);
		mkdirSync(dirname(file), { recursive: true });
		symlinkSync(target, file);
	}

	/** Takes a file or a folder below the root away. */
	remove(path: string): void {
		rmSync(join(this.#root, path), { force: true, recursive: true });
	}

	/** Writes what nft lists. */
	#list(): void {
		const listed = this.#flowtable ? listing(this.#flowtable, this.#handle) : '';
		const table = this.#loaded ? `table inet fw4 { # handle 1\n${listed}}\n` : '';
		this.write('run/virtual-kernel/flowtables', table + this.hardware.otherFlowtable);
		const first = this.#flowtable === null ? [] : this.#policy === null ? [OWN_RULE] : [jump(this.#policy)];
		const chain =
			this.#policy === null
				? []
				: ['chain nft_offload_policy {', ...this.#policy.rules.map((rule) => `\t${rule}`), '}'];
		this.write('run/virtual-kernel/ruleset', this.#loaded ? rules(first, chain) : '');
		const handled = first.map((rule) => `${rule} # handle ${RULE_HANDLE}`);
		this.write('run/virtual-kernel/forward', this.#loaded ? rules(handled, []) : '');
	}

	#showDevice({ name, devtype, lower }: Device): void {
		// The kernel names no type for a plain Ethernet device.
		const type = devtype === 'ethernet' || devtype === 'loopback' ? '' : `DEVTYPE=${devtype}\n`;
		this.write(`sys/class/net/${name}/uevent`, `${type}INTERFACE=${name}\n`);
		for (const each of lower)
			symlinkSync(`../${each}`, join(this.#root, `sys/class/net/${name}/lower_${each}`));
	}

	#showModules(): void {
		const { module } = this.hardware;
		const modules = `lib/modules/${KERNEL_RELEASE}`;
		this.write('sys/module/nf_conntrack/refcnt', '3\n');
		for (const each of this.hardware.modules) this.write(`sys/module/${each}/refcnt`, '1\n');
		this.write(
			`${modules}/modules.builtin`,
			module === 'builtin' ? 'kernel/net/netfilter/nft_flow_offload.ko\n' : ''
		);
		if (this.hasFlowtables) {
			this.write('sys/module/nf_flow_table/refcnt', '2\n');
			this.write('sys/module/nft_flow_offload/refcnt', '1\n');
		}
		if (module === 'loaded' || module === 'loadable') this.write(`${modules}/nft_flow_offload.ko`, '');
		const installed = [...PACKAGES, ...(module === 'missing' ? [] : ['kmod-nft-offload'])];
		this.write(this.packageDatabase, installed.map((name) => packageRecord(this.manager, name)).join(''));
	}
}

/** A record of a package manager's database of installed packages. */
export function packageRecord(manager: PackageManager, name: string): string {
	const version = `${KERNEL_RELEASE}-r1`;
	return manager === 'apk'
		? `P:${name}\nV:${version}\nA:x86_64\n\n`
		: `Package: ${name}\nVersion: ${version}\nStatus: install user installed\nArchitecture: x86_64\n\n`;
}

const OWN_RULE = 'meta l4proto { tcp, udp } flow add @ft';
/** The kernel's number of that rule, or of what took its place. */
const RULE_HANDLE = 42;
const jump = ({ stamp }: KernelPolicy): string =>
	`meta l4proto { tcp, udp } jump nft_offload_policy comment "nft-offload ${stamp}"`;

/** The rules by which a forwarded connection is judged, with the package of FTP's helper, as nft 1.1.6 prints them with `-s -t`. */
function rules(first: readonly string[], more: readonly string[]): string {
	const lines = [
		'ct helper ftp {',
		'\ttype "ftp" protocol tcp',
		'\tl3proto inet',
		'}',
		'chain prerouting {',
		'\ttype filter hook prerouting priority filter; policy accept;',
		'\tiifname "br-lan" jump helper_lan comment "!fw4: Handle lan IPv4/IPv6 helper assignment"',
		'}',
		'chain helper_lan {',
		'\ttcp dport 21 ct helper set "ftp" comment "!fw4: FTP passive connection tracking"',
		'}',
		'chain forward {',
		'\ttype filter hook forward priority filter; policy drop;',
		...first.map((rule) => `\t${rule}`),
		'\tct state vmap { established : accept, related : accept } comment "!fw4: Handle forwarded flows"',
		'}',
		...more
	];
	return `table inet fw4 {\n${lines.map((line) => `\t${line}\n`).join('')}}\n`;
}

/** As nft 1.1.6 prints it with `-a`. */
function listing({ devices, hardware }: NonNullable<Flowtable>, handle: number): string {
	const names = devices.map((device) => `"${device}"`).join(', ');
	const lines = [
		'hook ingress priority filter',
		`devices = { ${names} }`,
		...(hardware ? ['flags offload'] : []),
		'counter'
	];
	return `\tflowtable ft { # handle ${handle}\n${lines.map((line) => `\t\t${line}\n`).join('')}\t}\n`;
}
