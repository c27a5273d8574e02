package dev.orrery.console;

import com.microsoft.playwright.Page;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Runs axe's rules for WCAG 2.2 AA inside a page. */
final class AccessibilityCheck {
  private static final String FILE =
      "/META-INF/resources/webjars/axe-core/"
          + System.getProperty("orrery.axe.version")
          + "/axe.min.js";

  private static final String RUN =
      """
      async () => {
        const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
        const { violations, incomplete } = await axe.run(document, { runOnly: tags });
        const faults = violations
          .filter(one => one.impact === 'serious' || one.impact === 'critical')
          .flatMap(one => one.nodes.map(node =>
            `${one.impact} ${one.id}: ${one.help}: ${node.html} ${node.failureSummary}`));
        // A rule that breaks reports nothing of the page.
        const broken = incomplete.filter(one => one.error).map(one => `broken rule ${one.id}: ${one.error}`);
        return faults.concat(broken);
      }
      """;

  private AccessibilityCheck() {}

  /** Returns each serious or critical violation of the current page. */
  @SuppressWarnings("unchecked")
  static List<String> faults(Page page, String name) {
    // Through the debugging protocol: the policy of the page allows no script of others.
    page.evaluate("() => { if (!window.axe) { " + script() + " } }");
    return ((List<String>) page.evaluate(RUN)).stream().map(fault -> name + ": " + fault).toList();
  }

  private static String script() {
    try (InputStream file = AccessibilityCheck.class.getResourceAsStream(FILE)) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
