// SPDX-License-Identifier: Apache-2.0
import type { Path } from '../../../rpcd/api/index.ts';

/** Bytes per second on each path. What the policy keeps on the CPU is `kept`, and no part of `cpu`. */
export type Passing = Record<Path | 'kept', number>;
