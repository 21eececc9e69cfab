// SPDX-License-Identifier: Apache-2.0
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * Counts the tests of JUnit's XML reports below the folders given. The test cases are counted and not the numbers in a report's
 * head: Surefire writes a class that two engines run into one file, with the head of the engine that came last.
 * First line: passed, failed, skipped. Then what failed and why what was skipped, for people.
 */
final class Reports {

    private int passed;
    private final List<String> failed = new ArrayList<>();
    private final Map<String, Integer> skipped = new TreeMap<>();

    public static void main(String[] args) throws Exception {
        Reports reports = new Reports();
        for (String folder : args) {
            for (Path file : files(Path.of(folder))) {
                reports.read(file);
            }
        }
        int left = reports.skipped.values().stream().mapToInt(Integer::intValue).sum();
        System.out.println(reports.passed + " " + reports.failed.size() + " " + left);
        reports.failed.forEach(test -> System.out.println("failed: " + test));
        reports.skipped.forEach((why, count) -> System.out.println("skipped: " + count + (count == 1 ? " test: " : " tests: ") + why));
    }

    private static List<Path> files(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(folder, 1)) {
            return all.filter(p -> p.getFileName().toString().matches("TEST-.*\\.xml")).sorted().toList();
        }
    }

    private void read(Path file) {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            Document document = factory.newDocumentBuilder().parse(file.toFile());
            NodeList cases = document.getElementsByTagName("testcase");
            for (int i = 0; i < cases.getLength(); i++) {
                count((Element) cases.item(i));
            }
        } catch (Exception e) {
            failed.add(file + " cannot be read: " + e.getMessage());
        }
    }

    private void count(Element test) {
        String name = test.getAttribute("classname") + " " + test.getAttribute("name");
        Element fault = child(test, "failure") == null ? child(test, "error") : child(test, "failure");
        if (fault != null) {
            failed.add(name + ": " + line(fault));
        } else if (child(test, "skipped") != null) {
            String why = line(child(test, "skipped"));
            skipped.merge(why.isEmpty() ? name : why, 1, Integer::sum);
        } else {
            passed++;
        }
    }

    private static Element child(Element parent, String tag) {
        return (Element) parent.getElementsByTagName(tag).item(0);
    }

    /** The reason without exception names and trace. */
    private static String line(Element element) {
        String text = element.getAttribute("message").isEmpty() ? element.getTextContent() : element.getAttribute("message");
        String first = text.strip().lines().findFirst().orElse("").replaceFirst("^([\\w.]+(Exception|Error): )+", "");
        return first.replaceFirst("^Assumption failed: ", "").substring(0, Math.min(300, first.replaceFirst("^Assumption failed: ", "").length()));
    }
}
