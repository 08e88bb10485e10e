// SPDX-License-Identifier: Apache-2.0
/** A package that is small, yet has all that the formats know: nested directories, a program, an empty file. */
import type { Metadata } from '../../packaging/metadata.ts';
import type { TreeFile } from '../../packaging/tree.ts';

export const sampleMetadata: Metadata = {
	name: 'luci-app-sample',
	version: '1.2.3',
	description: 'A sample',
	license: 'Apache-2.0',
	maintainer: 'Somebody',
	date: 1_790_000_000,
	depends: ['libc', 'luci-base'],
	scripts: { refresh: '#!/bin/sh\nexit 0\n', settle: '#!/bin/sh\n: first\n' }
};

const LARGE = Buffer.from(Array.from({ length: 70_000 }, (_, index) => (index * index) % 251));

/** In the order of the paths' bytes, which is not that of the directories' names. */
export const sampleFiles: readonly TreeFile[] = [
	{ path: 'usr/libexec/rpcd/luci.sample', mode: 0o755, content: Buffer.from('#!/usr/bin/ucode\n') },
	{ path: 'usr/share/ucode-sample', mode: 0o644, content: Buffer.from('beside a directory') },
	{ path: 'usr/share/ucode/empty.uc', mode: 0o644, content: Buffer.alloc(0) },
	{ path: 'usr/share/ucode/sample.uc', mode: 0o644, content: Buffer.from('1;\n') },
	{ path: 'www/sample.js', mode: 0o644, content: LARGE }
];
