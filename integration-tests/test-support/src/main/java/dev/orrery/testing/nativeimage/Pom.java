package dev.orrery.testing.nativeimage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** The pom of a library. */
record Pom(Element project) {
  /**
   * Reads the pom of a library.
   *
   * @param library a jar in Maven's repository, or what is in the target directory of a module
   */
  static Pom of(Path library) {
    Path pom = path(library);
    try {
      return new Pom(
          DocumentBuilderFactory.newDefaultInstance()
              .newDocumentBuilder()
              .parse(pom.toFile())
              .getDocumentElement());
    } catch (ParserConfigurationException | SAXException | IOException e) {
      throw new IllegalStateException("Cannot read " + pom, e);
    }
  }

  private static Path path(Path library) {
    for (Path up = library; up != null; up = up.getParent()) {
      if (up.endsWith("target")) {
        return up.resolveSibling("pom.xml");
      }
    }
    Path version = library.getParent();
    String artifact = version.getParent().getFileName().toString();
    return version.resolve(artifact + "-" + version.getFileName() + ".pom");
  }

  String artifact() {
    return text(project, "artifactId");
  }

  /** Returns the artifactIds of what the library needs at run time, without profiles. */
  Stream<String> dependencies() {
    return children(project, "dependencies")
        .flatMap(list -> children(list, "dependency"))
        .filter(one -> List.of("", "compile", "runtime").contains(text(one, "scope")))
        .filter(one -> !text(one, "optional").equals("true"))
        .map(one -> text(one, "artifactId"));
  }

  private static Stream<Element> children(Element parent, String name) {
    NodeList nodes = parent.getChildNodes();
    return IntStream.range(0, nodes.getLength())
        .mapToObj(nodes::item)
        .filter(Element.class::isInstance)
        .map(Element.class::cast)
        .filter(element -> element.getTagName().equals(name));
  }

  private static String text(Element parent, String name) {
    return children(parent, name).map(one -> one.getTextContent().strip()).findFirst().orElse("");
  }
}
