package dev.orrery.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.it.harness.AtNight;
import dev.orrery.it.harness.Stack;
import java.io.IOException;
import java.lang.module.Configuration;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * Publishes the artifacts for applications into a directory, as docs/development/testing.md
 * describes, and builds the examples with them. It works in a copy of the sources, because a build
 * replaces the jars that other tests use, and under a version that no repository has.
 */
@Tag("thorough")
@AtNight
class PublishedArtifactsIT {
  private static final String VERSION = "0.0.0-of-this-test";

  /** What a module sets that is published. */
  private static final String PUBLISHED = "<maven.deploy.skip>false</maven.deploy.skip>";

  private static final Pattern ARTIFACT =
      Pattern.compile("</parent>\\s*<artifactId>([^<]+)</artifactId>");
  private static final List<String> COPIED =
      List.of(".mvn", "protocol", "sdk", "integration-tests/test-support");

  private static final Set<String> NOT_SOURCES = Set.of("target", ".git", ".orrery");

  private static final Set<String> ARTIFACTS = new TreeSet<>();
  private static final Set<String> MODULES = new TreeSet<>();

  private static Path directory;
  private static Path repository;

  @BeforeAll
  static void publish() throws IOException {
    Files.createDirectories(Stack.work());
    directory = Files.createTempDirectory(Stack.work(), "publish-");
    repository = directory.resolve("repository");
    Path sources = directory.resolve("sources");
    copySources(sources);
    maven(
        sources,
        List.of(
            "-Ppublish",
            "-Dquick",
            "-Dmaven.test.skip=true",
            "-Dmaven.install.skip=true",
            "deploy",
            "-pl",
            String.join(",", MODULES),
            "-am",
            "-DaltDeploymentRepository=directory::file:" + repository));
  }

  private static void copySources(Path target) throws IOException {
    for (Path file : files(Stack.root())) {
      Path relative = Stack.root().relativize(file);
      Path copy = target.resolve(relative.toString());
      if (file.endsWith("pom.xml")) {
        String pom = Files.readString(file);
        Files.createDirectories(copy.getParent());
        Files.writeString(copy, pom.replace(buildVersion(), VERSION));
        if (pom.contains(PUBLISHED)) {
          MODULES.add(relative.getParent().toString());
          ARTIFACTS.add(artifact(pom));
        }
      } else if (relative.getNameCount() == 1 || COPIED.stream().anyMatch(relative::startsWith)) {
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
    }
    assertThat(target.resolve("mvnw").toFile().setExecutable(true)).isTrue();
  }

  /** Returns all files but what builds make, and other tests delete. */
  private static List<Path> files(Path root) throws IOException {
    List<Path> files = new ArrayList<>();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path visited, BasicFileAttributes attributes) {
            return NOT_SOURCES.contains(visited.getFileName().toString())
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            files.add(file);
            return FileVisitResult.CONTINUE;
          }
        });
    return files;
  }

  private static String artifact(String pom) {
    Matcher artifact = ARTIFACT.matcher(pom);
    assertThat(artifact.find()).as(pom).isTrue();
    return artifact.group(1);
  }

  private static String buildVersion() {
    return System.getProperty("orrery.it.version");
  }

  /** Uses what the machine has of other libraries, and keeps what it fetches to this test. */
  private static void maven(Path project, List<String> arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                directory.resolve("sources/mvnw").toString(),
                "--batch-mode",
                "--quiet",
                "-f",
                project.resolve("pom.xml").toString(),
                "-Dmaven.repo.local=" + directory.resolve("local"),
                "-Dmaven.repo.local.tail=" + System.getProperty("orrery.it.repository")));
    command.addAll(arguments);
    ToolProcess.Result run = ToolProcess.run(project, "maven", command);
    assertThat(run.exitCode()).as(run.output()).isZero();
  }

  @Test
  void publishesOnlyArtifactsForApplications() throws IOException {
    try (Stream<Path> found = Files.list(repository.resolve("dev/orrery"))) {
      assertThat(found.map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(ARTIFACTS)
          .contains(
              "orrery-bom",
              "orrery-client",
              "orrery-protocol",
              "orrery-spring-boot-3-starter",
              "orrery-spring-boot-starter",
              "orrery-worker-sdk",
              "orrery-worker-test",
              "quarkus-orrery",
              "quarkus-orrery-deployment");
    }
    for (String artifact : ARTIFACTS) {
      Set<String> files = new TreeSet<>();
      String prefix = artifact + "-" + VERSION;
      try (Stream<Path> found = Files.list(pom(artifact).getParent())) {
        found.map(path -> path.getFileName().toString().replace(prefix, "")).forEach(files::add);
      }
      assertThat(files)
          .as(artifact)
          .filteredOn(file -> !file.matches(".*\\.(md5|sha1)"))
          .containsExactlyElementsOf(
              artifact.equals("orrery-bom")
                  ? List.of(".pom")
                  : List.of("-javadoc.jar", "-sources.jar", ".jar", ".pom"));
      assertThat(files).as(artifact).contains(".pom.md5", ".pom.sha1");
    }
  }

  @Test
  void fillsPomFieldsRequiredByMavenCentral() throws Exception {
    for (String artifact : ARTIFACTS) {
      Element pom = read(pom(artifact));

      assertThat(children(pom)).as(artifact).doesNotContain("parent", "build", "profiles");
      assertThat(text(pom, "groupId")).as(artifact).isEqualTo("dev.orrery");
      assertThat(text(pom, "version")).as(artifact).isEqualTo(VERSION);
      assertThat(text(pom, "name")).as(artifact).startsWith("Orrery ");
      assertThat(text(pom, "description")).as(artifact).isNotBlank();
      assertThat(text(pom, "url")).as(artifact).isEqualTo("https://orrery.dev");
      assertThat(text(pom, "inceptionYear")).as(artifact).isEqualTo("2026");
      assertThat(text(pom, "licenses/license/name")).as(artifact).isEqualTo("Apache-2.0");
      assertThat(text(pom, "developers/developer/name")).as(artifact).isNotBlank();
      assertThat(text(pom, "scm/url")).as(artifact).isEqualTo("https://orrery.dev/orrery");
      for (String connection : List.of("connection", "developerConnection")) {
        assertThat(text(pom, "scm/" + connection))
            .as(artifact)
            .isEqualTo("scm:git:https://orrery.dev/orrery.git");
      }
      assertThat(text(pom, "issueManagement/url")).as(artifact).startsWith("https://orrery.dev/");
    }
  }

  @Test
  void dependsOnlyOnPublishedArtifactsInReleasedVersions() throws Exception {
    for (String artifact : ARTIFACTS) {
      for (Element dependency : elements(read(pom(artifact)), "dependency")) {
        String name = text(dependency, "groupId") + ":" + text(dependency, "artifactId");
        String version = text(dependency, "version").replace("${project.version}", VERSION);
        assertThat(text(dependency, "scope")).as(artifact + " " + name).isNotEqualTo("test");
        if (name.startsWith("dev.orrery:")) {
          assertThat(ARTIFACTS).as(artifact).contains(text(dependency, "artifactId"));
          assertThat(version).as(artifact + " " + name).isEqualTo(VERSION);
        } else {
          assertThat(version).as(artifact + " " + name).matches("\\d[\\w.-]*");
          assertThat(version).as(artifact + " " + name).doesNotEndWith("-SNAPSHOT");
        }
      }
    }
    assertThat(
            elements(read(pom("orrery-bom")), "dependency").stream()
                .map(dependency -> text(dependency, "artifactId"))
                .collect(Collectors.toSet()))
        .isEqualTo(Set.copyOf(without(ARTIFACTS, "orrery-bom")));
  }

  /** Java derives no name from the file, and a program on the module path gets all at once. */
  @Test
  void namesModulesAndSplitsNoPackage() {
    ModuleFinder modules =
        ModuleFinder.of(
            without(ARTIFACTS, "orrery-bom").stream()
                .map(PublishedArtifactsIT::jar)
                .toArray(Path[]::new));
    Set<String> names = new TreeSet<>();
    for (ModuleReference module : modules.findAll()) {
      ModuleDescriptor descriptor = module.descriptor();
      names.add(descriptor.name());
      assertThat(descriptor.packages())
          .as(descriptor.name())
          .contains(descriptor.name())
          .allMatch(name -> (name + ".").startsWith(descriptor.name() + "."));
    }

    assertThat(names).hasSize(ARTIFACTS.size() - 1);
    Configuration resolved =
        ModuleLayer.boot().configuration().resolve(modules, ModuleFinder.of(), names);
    assertThat(resolved.modules()).hasSize(names.size());
  }

  private static Path jar(String artifact) {
    return pom(artifact).resolveSibling(artifact + "-" + VERSION + ".jar");
  }

  private static List<String> without(Set<String> all, String one) {
    return all.stream().filter(name -> !name.equals(one)).toList();
  }

  /**
   * As an application does: with the BOM, from a repository that has nothing else of Orrery. No
   * other library comes with it.
   */
  @Test
  void buildsPlainExamplesFromPublishedArtifacts() throws IOException {
    Map<String, List<String>> examples =
        Map.of(
            "worker", List.of("orrery-worker-sdk", "orrery-worker-annotations", "orrery-protocol"),
            "java-client", List.of("orrery-client", "orrery-protocol"));
    for (Map.Entry<String, List<String>> example : examples.entrySet()) {
      Path project = directory.resolve("application-" + example.getKey());
      Path sources = Stack.root().resolve("examples/" + example.getKey());
      copyExample(sources, project, example.getValue().get(0));

      maven(project, List.of("package"));

      try (Stream<Path> libraries = Files.list(project.resolve("target/lib"))) {
        assertThat(libraries.map(path -> path.getFileName().toString()))
            .as(example.getKey())
            .containsExactlyInAnyOrderElementsOf(
                example.getValue().stream().map(name -> name + "-" + VERSION + ".jar").toList());
      }
    }
  }

  /** Quarkus looks for the build steps of the extension in the repositories of the application. */
  @Test
  void buildsFrameworkExamplesFromPublishedArtifacts() throws IOException {
    Map<String, String> examples =
        Map.of(
            "spring-boot", "orrery-spring-boot-starter",
            "kotlin", "orrery-spring-boot-starter",
            "quarkus", "quarkus-orrery");
    for (Map.Entry<String, String> example : examples.entrySet()) {
      Path project = directory.resolve("application-" + example.getKey());
      copyExample(
          Stack.root().resolve("examples/" + example.getKey()), project, example.getValue());

      maven(project, List.of("package"));

      assertThat(project.resolve("target")).isDirectoryRecursivelyContaining("glob:**.jar");
    }
  }

  private static void copyExample(Path example, Path project, String artifact) throws IOException {
    for (Path file : files(example)) {
      Path copy = project.resolve(example.relativize(file).toString());
      Files.createDirectories(copy.getParent());
      Files.copy(file, copy);
    }
    Path pom = project.resolve("pom.xml");
    String version = "\n      <version>" + buildVersion() + "</version>";
    String text = Files.readString(pom);
    assertThat(text).contains("<artifactId>" + artifact + "</artifactId>" + version);
    Files.writeString(pom, withBom(text.replace(version, "")));
  }

  /** Adds the BOM to what the POM manages, or as the only thing. */
  private static String withBom(String pom) {
    String managed = "  <dependencyManagement>\n    <dependencies>\n";
    if (pom.contains(managed)) {
      return pom.replace(managed, repositories() + managed + bom());
    }
    String end = "    </dependencies>\n  </dependencyManagement>\n";
    return pom.replace(
        "\n  <dependencies>\n",
        "\n" + repositories() + managed + bom() + end + "  <dependencies>\n");
  }

  private static String repositories() {
    return """
      <repositories>
        <repository>
          <id>published</id>
          <url>%s</url>
        </repository>
      </repositories>
    """
        .formatted(repository.toUri());
  }

  private static String bom() {
    return """
          <dependency>
            <groupId>dev.orrery</groupId>
            <artifactId>orrery-bom</artifactId>
            <version>%s</version>
            <type>pom</type>
            <scope>import</scope>
          </dependency>
    """
        .formatted(VERSION);
  }

  private static Path pom(String artifact) {
    return repository
        .resolve("dev/orrery")
        .resolve(artifact)
        .resolve(VERSION)
        .resolve(artifact + "-" + VERSION + ".pom");
  }

  private static Element read(Path pom)
      throws IOException, ParserConfigurationException, SAXException {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
    return factory.newDocumentBuilder().parse(pom.toFile()).getDocumentElement();
  }

  private static List<Element> elements(Element root, String name) {
    NodeList found = root.getElementsByTagName(name);
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < found.getLength(); i++) {
      elements.add((Element) found.item(i));
    }
    return elements;
  }

  private static Set<String> children(Element parent) {
    Set<String> names = new TreeSet<>();
    for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
      names.add(node.getNodeName());
    }
    return names;
  }

  /** Returns the text at a path; empty if there is none. */
  private static String text(Element from, String path) {
    Element at = from;
    for (String name : path.split("/", -1)) {
      Element found = null;
      for (Node node = at.getFirstChild(); node != null; node = node.getNextSibling()) {
        if (node instanceof Element element && element.getTagName().equals(name)) {
          found = element;
        }
      }
      if (found == null) {
        return "";
      }
      at = found;
    }
    return at.getTextContent().strip();
  }
}
