// SPDX-License-Identifier: Apache-2.0
/** One QEMU process: its command line, its loopback ports, and whether KVM works on this machine. */
import { spawn, spawnSync } from 'node:child_process';
import { accessSync, constants, openSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Boot } from './machine.ts';

export type Acceleration = 'kvm' | 'tcg';

/** How to reach a running machine. It is all that a test needs to know, and survives in a file. */
export interface Machine {
	pid: number;
	acceleration: Acceleration;
	version: string;
	/** LuCI, over the LAN port. */
	http: string;
	/** The agent's line, as a Unix socket. */
	agent: string;
	/** QEMU's own line, as a Unix socket. */
	qmp: string;
	/** What the console printed. */
	log: string;
	/** TCP port of a cable into the guest's third network device. */
	cable: number;
	/** Why it has no packet engine, in one line; null if it has one. */
	noEngine: string | null;
}

const PROBE_MS = 5000;

/**
 * `OPENWRT_ACCEL` decides; else KVM is tried with a kernel that has no root and so panics and ends at once.
 * Some hosts offer /dev/kvm and then hang.
 */
export function chooseAcceleration(kernel: string, env: Record<string, string | undefined>): Acceleration {
	const wanted = env['OPENWRT_ACCEL'];
	if (wanted === 'kvm' || wanted === 'tcg') return wanted;
	try {
		accessSync('/dev/kvm', constants.R_OK | constants.W_OK);
	} catch {
		return 'tcg';
	}
	const probe = [
		'-machine',
		'pc',
		'-accel',
		'kvm',
		'-cpu',
		'max',
		'-m',
		'256',
		'-display',
		'none',
		'-no-reboot'
	];
	const ended = spawnSync(program(env), [...probe, '-kernel', kernel, '-append', 'panic=-1 quiet'], {
		timeout: PROBE_MS,
		killSignal: 'SIGKILL',
		stdio: 'ignore'
	});
	return ended.status === 0 ? 'kvm' : 'tcg';
}

function program(env: Record<string, string | undefined>): string {
	return env['QEMU'] ?? 'qemu-system-x86_64';
}

/** A free TCP port on the loopback. Another process could take it before QEMU does; then QEMU says so and ends. */
export function freePort(): Promise<number> {
	return new Promise((resolve, reject) => {
		const server = createServer();
		server.on('error', reject);
		server.listen(0, '127.0.0.1', () => {
			const address = server.address();
			server.close(() => {
				if (address === null || typeof address === 'string') reject(new Error('no port'));
				else resolve(address.port);
			});
		});
	});
}

export interface Start {
	boot: Boot;
	kernel: string;
	version: string;
	acceleration: Acceleration;
	/** For sockets and logs: a path short enough for a Unix socket. */
	folder: string;
	/** Comes back after a reset; otherwise one ends it, as a panic does. */
	resets: boolean;
	/** The guest's clock, TSC and all, goes on by a nanosecond with each instruction, and by itself only where it idles. Under TCG. */
	counted: boolean;
}

/** Starts QEMU; it outlives this process. */
export async function startQemu(start: Start): Promise<Machine> {
	const http = await freePort();
	const cable = await freePort();
	const agent = join(start.folder, 'agent.sock');
	const qmp = join(start.folder, 'qmp.sock');
	const log = join(start.folder, 'console.log');
	const messages = openSync(join(start.folder, 'qemu.log'), 'w');
	const child = spawn(program(process.env), commandLine(start, { http, cable, agent, qmp, log }), {
		stdio: ['ignore', messages, messages],
		detached: true
	});
	await new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject));
	const { pid } = child;
	if (pid === undefined) throw new Error('QEMU did not start');
	const { acceleration, version } = start;
	const machine: Machine = {
		pid,
		acceleration,
		version,
		http: `http://127.0.0.1:${http}`,
		agent,
		qmp,
		log,
		cable,
		noEngine: start.boot.noEngine
	};
	child.unref();
	return machine;
}

interface Ends {
	http: number;
	cable: number;
	agent: string;
	qmp: string;
	log: string;
}

function commandLine(start: Start, { http, cable, agent, qmp, log }: Ends): string[] {
	const { boot, kernel, acceleration, resets, counted } = start;
	const lan = 'user,id=lan,ipv6=off,net=192.168.1.0/24,host=192.168.1.2,dhcpstart=192.168.1.100';
	const root =
		boot.kind === 'initramfs'
			? ['-initrd', boot.file]
			: ['-drive', `file=${boot.file},format=raw,if=virtio,snapshot=on`];
	const flash = boot.flash === null ? [] : ['-drive', `file=${boot.flash},format=raw,if=virtio,snapshot=on`];
	const append = ['console=ttyS0 mitigations=off quiet', ...boot.options].join(' ');
	// Of two emulated processors one meets an int3 that the other has just taken back: where the kernel patches its
	// own code, as when a flowtable comes or goes, it panics ("Oops: int3").
	const processors = acceleration === 'tcg' ? '1' : '2';
	// QEMU forgets what it has translated when its room is full, not at a reset; each start in memory that still counts as
	// code is slower than the one before.
	const accelerator = acceleration === 'tcg' && resets ? 'tcg,tb-size=128' : acceleration;
	return [
		...['-machine', 'pc', '-cpu', 'max', '-accel', accelerator, '-smp', processors, '-m', '512'],
		...(counted ? ['-icount', 'shift=0'] : []),
		...['-display', 'none', '-monitor', 'none', ...(resets ? [] : ['-no-reboot'])],
		...['-qmp', `unix:${qmp},server=on,wait=off`],
		...['-serial', `file:${log}`],
		...['-chardev', `socket,id=agent,path=${agent},server=on,wait=off`, '-serial', 'chardev:agent'],
		...['-kernel', kernel, '-append', append, ...root, ...flash],
		...['-netdev', `${lan},hostfwd=tcp:127.0.0.1:${http}-192.168.1.1:80`],
		...[
			'-device',
			'virtio-net-pci,netdev=lan',
			'-netdev',
			'user,id=wan',
			'-device',
			'virtio-net-pci,netdev=wan'
		],
		...['-netdev', `socket,id=cable,listen=127.0.0.1:${cable}`, '-device', 'virtio-net-pci,netdev=cable'],
		...['-device', 'virtio-rng-pci']
	];
}
