package dev.orrery.script;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.TreeSet;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/** The folders of the modules of the build, as their poms name them. */
final class MavenModules {
  private static final Path REPOSITORY =
      Path.of(System.getProperty("orrery.it.root")).normalize().toAbsolutePath();

  private MavenModules() {}

  /** Returns the modules whose code is in the packages of the given ones. */
  static Collection<String> withDependenciesOf(String... modules) throws IOException {
    TreeSet<String> all = new TreeSet<>();
    for (String module : modules) {
      addModulesOf(module, all);
    }
    return all;
  }

  private static void addModulesOf(String module, Collection<String> found) throws IOException {
    if (!found.add(module)) {
      return;
    }
    Element project = pomOf(module);
    for (Element dependencies : children(project, "dependencies")) {
      for (Element dependency : children(dependencies, "dependency")) {
        String name = textOf(dependency, "artifactId");
        if (name.startsWith("orrery-") && !textOf(dependency, "scope").equals("test")) {
          addModulesOf(folderOf(name), found);
        }
      }
    }
  }

  /** Returns the folder of a module, by its artifact. */
  static String folderOf(String artifact) throws IOException {
    return folderOf(artifact, "")
        .orElseThrow(() -> new NoSuchElementException("no module has the artifact " + artifact));
  }

  private static Optional<String> folderOf(String artifact, String folder) throws IOException {
    Element project = pomOf(folder);
    if (textOf(project, "artifactId").equals(artifact)) {
      return Optional.of(folder);
    }
    for (Element modules : children(project, "modules")) {
      for (Element module : children(modules, "module")) {
        Optional<String> found =
            folderOf(artifact, Path.of(folder, module.getTextContent()).toString());
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  private static Element pomOf(String module) throws IOException {
    try {
      return DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .parse(REPOSITORY.resolve(module).resolve("pom.xml").toFile())
          .getDocumentElement();
    } catch (ParserConfigurationException | SAXException e) {
      throw new IOException(e);
    }
  }

  private static List<Element> children(Element parent, String name) {
    List<Element> found = new ArrayList<>();
    for (Node child = parent.getFirstChild(); child != null; child = child.getNextSibling()) {
      if (child instanceof Element element && element.getTagName().equals(name)) {
        found.add(element);
      }
    }
    return found;
  }

  private static String textOf(Element parent, String name) {
    return children(parent, name).stream().findFirst().map(Node::getTextContent).orElse("");
  }
}
