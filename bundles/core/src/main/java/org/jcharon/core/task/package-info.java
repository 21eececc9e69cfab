// SPDX-License-Identifier: Apache-2.0
/** Exchanges: one class for each elementary operation in each role, and the manager that runs them. */
package org.jcharon.core.task;
