// SPDX-License-Identifier: Apache-2.0

/** Whether a release such as "24.10.1" is of this series or a later one. Of 24.10 the number is 24.1. */
export const isFrom = (series: number, release: string): boolean => Number.parseFloat(release) >= series;
