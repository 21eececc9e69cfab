// SPDX-License-Identifier: Apache-2.0
package org.jcharon.lib.linux.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LayoutTest {

    /** C expression to the value used here. */
    private static Map<String, Integer> used() {
        Map<String, Integer> used = new LinkedHashMap<>();
        used.put("sizeof(struct msghdr)", Layout.MSGHDR);
        used.put("offsetof(struct msghdr, msg_name)", Layout.MSGHDR_NAME);
        used.put("offsetof(struct msghdr, msg_namelen)", Layout.MSGHDR_NAMELEN);
        used.put("offsetof(struct msghdr, msg_iov)", Layout.MSGHDR_IOV);
        used.put("offsetof(struct msghdr, msg_iovlen)", Layout.MSGHDR_IOVLEN);
        used.put("offsetof(struct msghdr, msg_control)", Layout.MSGHDR_CONTROL);
        used.put("offsetof(struct msghdr, msg_controllen)", Layout.MSGHDR_CONTROLLEN);
        used.put("offsetof(struct msghdr, msg_flags)", Layout.MSGHDR_FLAGS);
        used.put("sizeof(struct mmsghdr)", Layout.MMSGHDR);
        used.put("offsetof(struct mmsghdr, msg_len)", Layout.MMSGHDR_LEN);
        used.put("sizeof(struct iovec)", Layout.IOVEC);
        used.put("offsetof(struct iovec, iov_base)", Layout.IOVEC_BASE);
        used.put("offsetof(struct iovec, iov_len)", Layout.IOVEC_LEN);
        used.put("sizeof(struct cmsghdr)", Layout.CMSGHDR);
        used.put("offsetof(struct cmsghdr, cmsg_len)", Layout.CMSGHDR_LEN);
        used.put("offsetof(struct cmsghdr, cmsg_level)", Layout.CMSGHDR_LEVEL);
        used.put("offsetof(struct cmsghdr, cmsg_type)", Layout.CMSGHDR_TYPE);
        used.put("CMSG_SPACE(20)", Layout.CMSGHDR + Layout.cmsgAligned(20));
        used.put("sizeof(struct in_pktinfo)", Layout.IN_PKTINFO);
        used.put("offsetof(struct in_pktinfo, ipi_spec_dst)", Layout.IN_PKTINFO_SPEC_DST);
        used.put("offsetof(struct in_pktinfo, ipi_addr)", Layout.IN_PKTINFO_ADDR);
        used.put("sizeof(struct in6_pktinfo)", Layout.IN6_PKTINFO);
        used.put("offsetof(struct in6_pktinfo, ipi6_ifindex)", Layout.IN6_PKTINFO_IFINDEX);
        used.put("sizeof(struct sockaddr_in)", Addresses.OCTETS_INET);
        used.put("sizeof(struct sockaddr_in6)", Addresses.OCTETS_INET6);
        used.put("offsetof(struct sockaddr_in6, sin6_scope_id)", 24);
        used.put("sizeof(struct sockaddr_nl)", Layout.SOCKADDR_NL);
        used.put("offsetof(struct sockaddr_nl, nl_pid)", Layout.SOCKADDR_NL_PID);
        used.put("sizeof(struct ifreq)", Layout.IFREQ);
        used.put("offsetof(struct ifreq, ifr_ifru)", Layout.IFREQ_UNION);
        used.put("sizeof(struct xfrm_userpolicy_info)", Layout.USERPOLICY_INFO);
        used.put("offsetof(struct xfrm_userpolicy_info, sel.family)", Layout.USERPOLICY_INFO_FAMILY);
        used.put("offsetof(struct xfrm_userpolicy_info, dir)", Layout.USERPOLICY_INFO_DIR);
        return used;
    }

    @Test
    void sizesAreThoseOf64BitLinux() {
        assertEquals(56, Layout.MSGHDR);
        assertEquals(64, Layout.MMSGHDR);
        assertEquals(40, Layout.IFREQ);
        assertEquals(168, Layout.USERPOLICY_INFO);
    }

    @Test
    void sizesAndOffsetsAreThoseOfTheCompiler(@TempDir Path folder) throws Exception {
        assumeTrue(hasCompiler(), "no C compiler or kernel headers to compare with");
        String source = "#define _GNU_SOURCE\n#include <stddef.h>\n#include <stdio.h>\n#include <sys/socket.h>\n"
                + "#include <netinet/in.h>\n#include <net/if.h>\n#include <linux/netlink.h>\n#include <linux/xfrm.h>\n"
                + "int main(void) {\n"
                + used().keySet().stream()
                        .map(expression -> "printf(\"%zu\\n\", (size_t) (" + expression + "));\n")
                        .collect(Collectors.joining())
                + "return 0; }\n";
        Path file = Files.writeString(folder.resolve("layout.c"), source);
        Path program = folder.resolve("layout");
        assertEquals("", run("cc", "-o", program.toString(), file.toString()));
        String[] sizes = run(program.toString()).split("\n");
        int line = 0;
        for (Map.Entry<String, Integer> entry : used().entrySet()) {
            assertEquals(sizes[line++], entry.getValue().toString(), entry.getKey());
        }
    }

    private static boolean hasCompiler() {
        return Files.exists(Path.of("/usr/bin/cc")) && Files.exists(Path.of("/usr/include/linux/xfrm.h"));
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output;
    }
}
