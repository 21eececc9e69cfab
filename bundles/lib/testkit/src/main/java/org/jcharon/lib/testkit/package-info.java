// SPDX-License-Identifier: Apache-2.0
/** Fakes that the tests of all bundles share; never part of a distribution. */
package org.jcharon.lib.testkit;
