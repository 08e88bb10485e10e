// SPDX-License-Identifier: Apache-2.0
/**
 * The router without kmod-nft-offload, and a feed on its own loopback interface that has it: packed by our own
 * packaging, of the very module that the running kernel takes.
 *
 * The one thing that is pretended is the kernel's name. The VM runs Debian's build of the version that the release has,
 * and "6.12.74+deb12-amd64" is not what the packages are for; so the release that our programs read, and the folder
 * of its modules, are shown without what Debian has added.
 */
import { buildApk, buildApkIndex, apkName } from '../../packaging/apk.ts';
import type { Metadata } from '../../packaging/metadata.ts';
import type { TreeFile } from '../../packaging/tree.ts';
import type { Router } from './router.ts';

const PORT = 8099;
const FEED = '/tmp/vm-feed';
const KEPT = '/tmp/vm-kept';
const DATABASE = '/lib/apk/db/installed';
const RELEASE_FILE = '/proc/sys/kernel/osrelease';

/** Takes the package and its module away, and serves them. The undoing is {@link bringBack}. */
export async function takeAway(router: Router): Promise<void> {
	const real = (await router.run('uname -r')).trim();
	const release = real.replace(/\+.*/, '');
	const module = (await router.try(`cat /lib/modules/${real}/nft_flow_offload.ko`)).stdout;
	await router.run(`
		set -e
		mkdir -p ${KEPT} ${FEED} /lib/modules/${release}
		cp -a /etc/apk ${DATABASE} /lib/modules/${real}/nft_flow_offload.ko ${KEPT}
		sed -i '/^P:firewall4$/,/^$/s/ kmod-nft-offload//' ${DATABASE}
		echo kmod-nf-flow >>/etc/apk/world # or it would go, too
		apk del --quiet kmod-nft-offload
		rmmod nft_flow_offload
		rm /lib/modules/${real}/nft_flow_offload.ko
		echo ${release} >${KEPT}/release
		mount --bind ${KEPT}/release ${RELEASE_FILE}
		mount --bind /lib/modules/${real} /lib/modules/${release}
		rm -f /etc/apk/repositories.d/*
		echo http://127.0.0.1:${PORT}/packages.adb >/etc/apk/repositories.d/vm.list
		echo allow-untrusted >/etc/apk/config`);
	for (const [name, content] of await feedFiles(release, module)) {
		await router.upload(content, `${FEED}/${name}`);
	}
	await router.run(`uhttpd -f -p 127.0.0.1:${PORT} -h ${FEED} >/dev/null 2>&1 & echo $! >${KEPT}/pid`);
}

/** Puts back what {@link takeAway} took, whether it was installed meanwhile or not. */
export async function bringBack(router: Router): Promise<void> {
	await router.run(`
		kill $(cat ${KEPT}/pid)
		umount ${RELEASE_FILE} /lib/modules/$(cat ${KEPT}/release)
		rmdir /lib/modules/$(cat ${KEPT}/release)
		cp ${KEPT}/nft_flow_offload.ko /lib/modules/$(uname -r)/
		modprobe nft_flow_offload
		cp ${KEPT}/installed ${DATABASE}
		rm -rf /etc/apk && cp -a ${KEPT}/apk /etc/
		rm -rf ${KEPT} ${FEED} /var/run/nft-offload`);
}

async function feedFiles(release: string, module: Buffer): Promise<[string, Buffer][]> {
	const metadata: Metadata = {
		name: 'kmod-nft-offload',
		version: `${release}-r1`,
		description: 'Netfilter nf_tables routing/NAT offload support',
		license: 'GPL-2.0',
		maintainer: 'nobody',
		date: 0,
		depends: ['kmod-nf-flow', 'kmod-nft-nat'],
		scripts: { refresh: '#!/bin/sh\nexit 0\n', settle: '#!/bin/sh\nexit 0\n' }
	};
	const path = `lib/modules/${release}/nft_flow_offload.ko`;
	const files: TreeFile[] = [{ path, mode: 0o644, content: module }];
	const apk = await buildApk(metadata, files);
	return [
		[apkName(metadata), apk.file],
		['packages.adb', await buildApkIndex(metadata, files, apk)]
	];
}
