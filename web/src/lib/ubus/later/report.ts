// SPDX-License-Identifier: Apache-2.0
import type { Report } from '../../../../../rpcd/api/index.ts';
import { object, text, type Shape } from '../shape.ts';

export const report: Shape<Report> = object({ text });
