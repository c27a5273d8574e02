package dev.orrery.slips;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * One test in a report of Surefire.
 *
 * @param name class and method
 * @param noticed an assertion did not hold, or a condition was not met in time; null unless so
 * @param error any other exception; null unless there was one
 */
record TestResult(String name, String noticed, String error) {
  private static final String NOT_MET = "org.awaitility.core.ConditionTimeoutException";

  static List<TestResult> in(Path report) throws IOException {
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      NodeList cases =
          factory.newDocumentBuilder().parse(report.toFile()).getElementsByTagName("testcase");
      List<TestResult> results = new ArrayList<>();
      for (int i = 0; i < cases.getLength(); i++) {
        results.add(of((Element) cases.item(i)));
      }
      return results;
    } catch (ParserConfigurationException | SAXException e) {
      throw new IOException("Not a report: " + report, e);
    }
  }

  private static TestResult of(Element test) {
    String type = test.getAttribute("classname");
    String name = type.substring(type.lastIndexOf('.') + 1) + "." + test.getAttribute("name");
    Element failure = child(test, "failure");
    Element error = child(test, "error");
    if (failure == null && error != null && error.getAttribute("type").equals(NOT_MET)) {
      failure = error;
      error = null;
    }
    return new TestResult(name, firstLine(failure), firstLine(error));
  }

  private static Element child(Element test, String tag) {
    return (Element) test.getElementsByTagName(tag).item(0);
  }

  private static String firstLine(Element problem) {
    return problem == null
        ? null
        : problem.getAttribute("message").strip().lines().findFirst().orElse("");
  }

  boolean red() {
    return noticed != null || error != null;
  }

  @Override
  public String toString() {
    return red() ? name + ": " + (noticed != null ? noticed : error) : name;
  }
}
