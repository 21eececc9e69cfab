// SPDX-License-Identifier: Apache-2.0
package org.jcharon.loadtester;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jcharon.api.control.Controller;
import org.jcharon.api.sa.ChildSaState;
import org.jcharon.api.sa.IkeSaState;

/** What this process holds and needs now. */
final class ProcessFigures {

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");
    private static final double KIB_PER_MIB = 1024.0;
    private static final double OCTETS_PER_MIB = 1 << 20;

    private ProcessFigures() {}

    /** Counts SAs one by one, then collects garbage: not for a daemon at work. */
    static Map<String, Object> take(Controller controller) {
        int[] counts = new int[2];
        controller.listSas().forEach(sa -> {
            if (sa.state() == IkeSaState.ESTABLISHED) {
                counts[0]++;
            }
            counts[1] += (int) sa.children().stream()
                    .filter(child -> child.state() == ChildSaState.INSTALLED)
                    .count();
        });
        Map<String, Long> statistics = controller.statistics();
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("ikesas", counts[0]);
        values.put("childsas", counts[1]);
        values.put("half_open", statistics.getOrDefault("ikesas.half-open", 0L));
        values.put("kernel_sas", statistics.getOrDefault("kernel.sas", 0L));
        values.put("kernel_policies", statistics.getOrDefault("kernel.policies", 0L));
        values.put("timers", statistics.getOrDefault("scheduled", 0L));
        values.put("cpu_seconds", cpu().toMillis() / 1000.0);
        values.put("heap_mib", heap());
        values.put("rss_mib", resident());
        return values;
    }

    /** CPU time of this process. */
    static Duration cpu() {
        return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
    }

    private static double heap() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return (runtime.totalMemory() - runtime.freeMemory()) / OCTETS_PER_MIB;
    }

    /** 0 where the system does not say. */
    private static double resident() {
        try {
            Matcher matcher = RESIDENT.matcher(Files.readString(STATUS));
            return matcher.find() ? Long.parseLong(matcher.group(1)) / KIB_PER_MIB : 0;
        } catch (IOException e) {
            return 0;
        }
    }
}
