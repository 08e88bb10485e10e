// SPDX-License-Identifier: Apache-2.0
import type { Login } from './acl.ts';

/** Who can log in to the demo and in the browser tests. */
export const USERS: Record<'root' | 'viewer', Login> = {
	root: { password: 'router', read: ['*'], write: ['*'] },
	viewer: { password: 'viewer', read: ['*'], write: [] }
};
