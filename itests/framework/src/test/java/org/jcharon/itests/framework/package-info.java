// SPDX-License-Identifier: Apache-2.0
/** The distribution's bundles in a container: Felix within the JVM of the test, driven by Pax Exam. */
package org.jcharon.itests.framework;
