// SPDX-License-Identifier: Apache-2.0
/** Replacing /etc/config/firewall on real roots: beside others' commits, on full and read-only file systems, killed at any moment. */
import { execFile, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { allTiers } from '../tiers.ts';

const SHIPPED = new URL('../../../luci-app-src/root/usr/libexec/nft-offload/replace', import.meta.url);
const REPLACE = 'usr/libexec/nft-offload/replace';

const noMounts = spawnSync('unshare', ['--mount', '--pid', '--fork', 'true']).status !== 0;
if (noMounts) console.log('skipped, replacing the file: this host allows no namespaces');

/** In the plugin's place, with the texts in two files. */
const PROGRAM = `#!/usr/bin/ucode
'use strict';
import { open } from 'fs';
import { replace_config } from 'nft_offload.change.replace';
const before = open('/before', 'r').read(1048576);
const after = open('/after', 'r').read(1048576);
print(replace_config(before, after) ?? 'done', '\\n');
`;

/**
 * Sets an option to 0 and 1 by turns, for eight seconds, and says whether it was ever found otherwise than set. Not at once after
 * the last time, as no change of the mode comes: libuci's lock does not keep three writers apart, and two runs of ours are two.
 */
const TOGGLE = `#!/usr/bin/ucode
'use strict';
import { open } from 'fs';
import { CHANGED_MEANWHILE, replace_config } from 'nft_offload.change.replace';
function read() {
	const file = open('/etc/config/firewall', 'r');
	const text = file.read(65536);
	file.close();
	return text;
}
const line = (value) => "flow_offloading '" + value + "'";
const counts = { done: 0, refused: 0, lost: 0, failures: [] };
const end = clock(true)[0] + 8;
let value = 0;
while (clock(true)[0] < end) {
	const text = read();
	if (index(text, line(value)) == -1) {
		counts.lost++;
	}
	const answer = replace_config(text, replace(text, line(value), line(1 - value)));
	if (answer == null) {
		counts.done++;
		value = 1 - value;
		sleep(300);
	} else if (answer == CHANGED_MEANWHILE) {
		counts.refused++;
	} else {
		push(counts.failures, answer);
	}
}
print(replace(sprintf('%J', counts), '}', ''));
`;

/** Has read the file before we lock it, and commits while we hold the lock. */
const OTHER = `#!/usr/bin/ucode
const cursor = require('uci').cursor();
cursor.load('firewall');
cursor.set('firewall', cursor.get_first('firewall', 'defaults'), 'output', 'DROP');
sleep(2000);
cursor.commit();
`;

/** One commit after the other while that runs; one writer, since libuci itself loses changes of two. */
const COMMITS = `
(
	commits=0
	lost=0
	while [ ! -e /stop ]; do
		commits=$((commits + 1))
		uci set firewall.r.n=$commits
		uci commit firewall
		[ "$(uci get firewall.r.n)" = $commits ] || lost=$((lost + 1))
	done
	echo ", \\"commits\\": $commits, \\"lost_commits\\": $lost }" >/commits
) &
ucode /toggle
touch /stop
wait
cat /commits
`;

const KILLED = 100;

/** Ends the script with all that it has started, at any moment of its life. */
const KILLS = `
set -m
old=0 fresh=0 torn=0
for _ in $(seq ${KILLED}); do
	cp "$ROOT/before" "$ROOT/etc/config/firewall"
	chroot "$ROOT" /${REPLACE} /before /after &
	sleep "0.0$((RANDOM % 3))$((RANDOM % 10))"
	kill -9 -- -$!
	wait
	if cmp -s "$ROOT/before" "$ROOT/etc/config/firewall"; then
		old=$((old + 1))
	elif cmp -s "$ROOT/after" "$ROOT/etc/config/firewall"; then
		fresh=$((fresh + 1))
	else
		torn=$((torn + 1))
	fi
done 2>/dev/null
echo "{ \\"old\\": $old, \\"fresh\\": $fresh, \\"torn\\": $torn }"
`;

const OLD = "# mine\nconfig defaults\n\toption input 'ACCEPT'\n";
const NEW = "# mine\nconfig defaults\n\toption input 'ACCEPT'\n\toption flow_offloading '1'\n";

const roots = allTiers().filter(({ name }) => name !== 'Node');

/** In a mount and a process namespace of its own, which end with it: a shell of the root, or this machine's with $ROOT. */
const INSIDE = 'mount -t proc proc "$ROOT/proc"; mount --bind /dev/null "$ROOT/dev/null";';

class Root {
	readonly #root: string;

	constructor(root: string) {
		this.#root = root;
	}

	write(path: string, text: string): void {
		writeFileSync(join(this.#root, path), text);
	}

	text(path: string): string {
		return readFileSync(join(this.#root, path), 'utf8');
	}

	/** What a script prints on either stream. */
	run(script: string, texts: { before?: string; after?: string } = {}): Promise<string> {
		return this.#unshare(`${INSIDE} exec chroot "$ROOT" /bin/sh -c "$SCRIPT" 2>&1`, script, texts);
	}

	/** The same with this machine's shell and programs, beside the root. */
	runBeside(script: string, texts: { before: string; after: string }): Promise<string> {
		return this.#unshare(`${INSIDE} exec bash -c "$SCRIPT" 2>&1`, script, texts);
	}

	replace(before: string, after: string): Promise<string> {
		return this.run('ucode /program', { before, after });
	}

	async #unshare(shell: string, script: string, texts: Record<string, string>): Promise<string> {
		for (const [name, text] of Object.entries(texts)) this.write(name, text);
		const env = { ...process.env, ROOT: this.#root, SCRIPT: script };
		const command = ['--mount', '--pid', '--fork', '--kill-child', 'sh', '-c', shell];
		const { stdout } = await promisify(execFile)('unshare', command, { env }).catch(
			(error: unknown) => error as { stdout: string }
		);
		return stdout;
	}
}

describe.skipIf(noMounts).each(roots)('in $name', ({ base, name }) => {
	/** Makes a root of its own, and takes it away. */
	async function inRoot(use: (root: Root) => Promise<void>): Promise<void> {
		const root = mkdtempSync(join(tmpdir(), 'nft-offload-replace-'));
		try {
			spawnSync('cp', ['-a', `${base}/.`, root]);
			for (const directory of ['proc', 'etc/config', 'var/run', 'tmp', 'usr/libexec/nft-offload', 'flash'])
				mkdirSync(join(root, directory), { recursive: true });
			cpSync(SHIPPED, join(root, REPLACE));
			chmodSync(join(root, REPLACE), 0o755);
			writeFileSync(join(root, 'program'), PROGRAM);
			await use(new Root(root));
		} finally {
			rmSync(root, { recursive: true, force: true });
		}
	}

	test.concurrent('the whole file becomes the new one, with its owner and its mode', () =>
		inRoot(async (root) => {
			root.write('etc/config/firewall', OLD);
			expect(await root.run('chown 3:4 /etc/config/firewall; chmod 640 /etc/config/firewall')).toBe('');
			expect(await root.replace(OLD, NEW)).toBe('done\n');
			expect(root.text('etc/config/firewall')).toBe(NEW);
			expect(await root.run('ls -ln /etc/config/firewall; ls -A /etc/config /var/run/nft-offload')).toMatch(
				/^-rw-r----- +1 3 +4 [^]*\/etc\/config:\nfirewall\n\n\/var\/run\/nft-offload:\n$/
			);
		})
	);

	test.concurrent('another file than expected is refused, and stays', () =>
		inRoot(async (root) => {
			for (const other of [`${OLD}#`, OLD.slice(0, -1), OLD.replace('mine', 'Mine'), '']) {
				root.write('etc/config/firewall', other);
				expect(await root.replace(OLD, NEW)).toBe('changed meanwhile\n');
				expect(root.text('etc/config/firewall')).toBe(other);
			}
			expect(await root.run('rm /etc/config/firewall')).toBe('');
			expect(await root.replace(OLD, NEW)).toBe('the file is not there\n');
			expect(await root.run('ls -A /etc/config')).toBe('');
		})
	);

	test.concurrent('behind a link the file is replaced and the link stays', () =>
		inRoot(async (root) => {
			root.write('flash/wall', OLD);
			await root.run('ln -s ../../flash/wall /etc/config/firewall');
			expect(await root.replace(OLD, NEW)).toBe('done\n');
			expect(root.text('flash/wall')).toBe(NEW);
			expect(await root.run('readlink /etc/config/firewall; ls -A /flash')).toBe('../../flash/wall\nwall\n');
		})
	);

	test.concurrent('another name of the old file keeps its text', () =>
		inRoot(async (root) => {
			root.write('etc/config/firewall', OLD);
			await root.run('ln /etc/config/firewall /etc/kept');
			expect(await root.replace(OLD, NEW)).toBe('done\n');
			expect(root.text('etc/config/firewall')).toBe(NEW);
			expect(root.text('etc/kept')).toBe(OLD);
		})
	);

	test.concurrent('what a killed run has left behind is no obstacle, and no configuration', () =>
		inRoot(async (root) => {
			root.write('etc/config/firewall', OLD);
			root.write('etc/config/.firewall.nft-offload', 'half of it');
			expect(await root.run('uci show 2>&1 | grep -v ^firewall')).toBe('');
			expect(await root.replace(OLD, NEW)).toBe('done\n');
			expect(await root.run('ls -A /etc/config')).toBe('firewall\n');
		})
	);

	test.concurrent('on a file system without room the old file stays', () =>
		inRoot(async (root) => {
			const long = NEW + '# long\n'.repeat(2000);
			const answer = await root.run(
				`mount -t tmpfs -o size=24k none /etc/config; cat /before >/etc/config/firewall
				cat /bin/busybox >/etc/config/full 2>/dev/null; ucode /program
				cmp /before /etc/config/firewall; ls -A /etc/config`,
				{ before: OLD, after: long }
			);
			expect(answer).toMatch(/No space left on device\nfirewall\nfull\n$/);
		})
	);

	test.concurrent('on a read-only one, too', () =>
		inRoot(async (root) => {
			root.write('etc/config/firewall', OLD);
			const answer = await root.run(
				`mount -o bind /etc/config /etc/config; mount -o remount,bind,ro /etc/config; ucode /program
				cmp /before /etc/config/firewall; ls -A /etc/config`,
				{ before: OLD, after: NEW }
			);
			expect(answer).toMatch(/Read-only file system\nfirewall\n$/);
		})
	);

	test.concurrent('one who holds the lock is waited for, and not for ever', () =>
		inRoot(async (root) => {
			root.write('etc/config/firewall', OLD);
			const hold = (seconds: number) =>
				`flock /etc/config/firewall sleep ${seconds} & sleep 1; ucode /program`;
			expect(await root.run(hold(3), { before: OLD, after: NEW })).toBe('done\n');
			expect(await root.run(hold(30), { before: NEW, after: OLD })).toBe('another program holds the file\n');
			expect(root.text('etc/config/firewall')).toBe(NEW);
		})
	);

	test.concurrent('a commit that waits for our lock keeps our change and its own', () =>
		inRoot(async (root) => {
			root.write('etc/config/firewall', OLD);
			root.write('slow', '#!/bin/sh\nsleep 3\n');
			root.write('other', OTHER);
			await root.run('mkdir -p /tmp/.uci; rm /bin/fsync; mv /slow /bin/fsync; chmod 755 /bin/fsync');
			const answer = await root.run('ucode /other & ucode /program; wait', { before: OLD, after: NEW });
			expect(answer).toBe('done\n');
			expect(root.text('etc/config/firewall')).toMatch(/flow_offloading '1'\n\toption output 'DROP'/);
		})
	);

	test.concurrent('beside commits without end nothing is lost, of theirs or ours', () =>
		inRoot(async (root) => {
			root.write(
				'etc/config/firewall',
				"config rule 'r'\n\toption n '0'\nconfig defaults\n\toption flow_offloading '0'\n"
			);
			root.write('toggle', TOGGLE);
			const answer = await root.run(COMMITS);
			const { done, refused, lost, failures, commits, lost_commits } = JSON.parse(answer) as Record<
				string,
				unknown
			>;
			console.log(`${name}: ${answer.trim()}`);
			expect({ lost, failures, lost_commits }).toEqual({ lost: 0, failures: [], lost_commits: 0 });
			for (const count of [done, refused, commits]) expect(count).toBeGreaterThan(0);
		})
	);

	test.concurrent('killed at any moment it leaves the old file or the new one', () =>
		inRoot(async (root) => {
			root.write('etc/config/firewall', OLD);
			const answer = await root.runBeside(KILLS, { before: OLD, after: NEW + '# long\n'.repeat(9000) });
			const { old, fresh, torn } = JSON.parse(answer) as Record<string, number>;
			console.log(`${name}: ${answer.trim()}`);
			expect({ whole: (old ?? 0) + (fresh ?? 0), torn }).toEqual({ whole: KILLED, torn: 0 });
			expect(await root.run('cp /before /etc/config/firewall; ucode /program; ls -A /etc/config')).toBe(
				'done\nfirewall\n'
			);
		})
	);
});
