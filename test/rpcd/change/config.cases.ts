// SPDX-License-Identifier: Apache-2.0
import type { Case } from '../case.ts';
import { HEALTHY } from '../router.ts';

function config(name: string, content: string | Buffer | null, expected: object): Case {
	return { name, files: { ...HEALTHY, '/etc/config/firewall': content }, method: 'get_config', expected };
}

const BINARY = Buffer.from(Array.from({ length: 1024 }, (_, i) => i % 256));
const LARGEST = Buffer.alloc(131072, '# \n');

export const CONFIG_CASES: readonly Case[] = [
	config('text', 'config defaults\n', { base64: 'Y29uZmlnIGRlZmF1bHRzCg==', size: 16 }),
	config('an empty file', '', { base64: '', size: 0 }),
	config('all bytes', BINARY, { base64: BINARY.toString('base64'), size: 1024 }),
	config('the largest', LARGEST, { base64: LARGEST.toString('base64'), size: 131072 }),
	config('larger', Buffer.alloc(131073, '#'), {
		problem: 'config_unavailable',
		reason: 'larger than 128 KiB'
	}),
	config('no file', null, { problem: 'config_unavailable', reason: 'absent' })
];
