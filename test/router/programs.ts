// SPDX-License-Identifier: Apache-2.0
/**
 * The programs of the package on a router whose root is a folder: its own scripts, in which absolute paths begin with that folder,
 * and one that stands for ucode.
 */
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Kernel } from './kernel.ts';

/** Node, as it runs the bundle of test/host. */
export const NODE = [
	process.execPath,
	'--experimental-vm-modules',
	'--disable-warning=ExperimentalWarning'
] as const;

/** What is put before a script's first command. */
const SCRIPTS: Readonly<Record<string, string>> = {
	'etc/init.d/nft-offload': '',
	'usr/libexec/nft-offload/start': '',
	'usr/libexec/nft-offload/policy': '',
	// Its arguments are paths, and this machine neither has busybox's fsync nor the root's flash.
	'usr/libexec/nft-offload/replace': `
set -- "$ROUTER_ROOT$1" "$ROUTER_ROOT$2"
flash=$(cat "$ROUTER_ROOT/run/virtual-kernel/flash")
cp() { [ "$flash" = works ] && command cp "$@"; }
fsync() { "$ROUTER_ROOT/bin/sync"; }
`
};

/** As /etc/init.d/nft-offload is enabled. */
export const AT_BOOT = 'etc/rc.d/S15nft-offload';

/** Readies the package's scripts for this root. Debian's shell knows no `read -t`, which OpenWrt's does. `host`: the bundle of test/host, beside which that of the guard lies. */
export function writePrograms(root: string, kernel: Kernel, host: string): void {
	for (const [path, before] of Object.entries(SCRIPTS)) {
		const file = join(root, path);
		if (!existsSync(file)) continue;
		const text = readFileSync(file, 'utf8').replaceAll(/(?<![\w}/.])\/(?=(etc|usr|var)\/)/g, `${root}/`);
		writeFileSync(
			file,
			text.replace(/^#!.*\n/, (shebang) => shebang.replace(/sh\n/, 'bash\n') + before)
		);
		chmodSync(file, 0o755);
	}
	if (existsSync(join(root, 'etc/init.d/nft-offload'))) kernel.link(AT_BOOT, '../init.d/nft-offload');
	kernel.writeProgram('usr/bin/ucode', ucode(host));
}

const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

const inNode = (bundle: string): string => [...NODE, bundle].map(quoted).join(' ');

/** Node runs the plugin, the guard and the include, and the router a comparison, which needs its bus; a script does as if it installed. */
const ucode = (plugin: string): string => `#!/bin/sh
program=$1
shift
case $program in
*/rpcd/luci.nft-offload) exec ${inNode(plugin)} "$ROUTER_ROOT" "$@" ;;
*/change/guard.uc) exec ${inNode(join(dirname(plugin), 'guard.mjs'))} "$ROUTER_ROOT" "$@" ;;
*/policy/include.uc) exec ${inNode(join(dirname(plugin), 'include.mjs'))} "$ROUTER_ROOT" ;;
*/gain/worker.uc) exec "$ROUTER_ROOT/usr/libexec/virtual/ask" compare "$NFT_OFFLOAD_BY" "$@" ;;
*/install/worker.uc) exec "$ROUTER_ROOT/usr/libexec/virtual/install" "$@" ;;
esac
`;
