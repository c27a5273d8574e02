package dev.orrery.docs.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PageReaderTest {
  @ParameterizedTest
  @MethodSource("dev.orrery.docs.commands.DocsCommandsIT#pages")
  void readsEveryPage(String page) throws IOException {
    assertThat(PageReader.read(Files.readString(DocsCommandsIT.ROOT.resolve(page)))).isNotNull();
  }

  @Test
  void readsDirectivesOfCodeBlocks() {
    List<Block> blocks =
        PageReader.read(
            """
            # Title
            <!-- setup: background ./orrery up -->

            <!-- file: a.yaml -->
            ```yaml
            app: a
            ```
            ```java
            class NotRun {}
            ```
            <!-- not run: needs a cluster -->
            ```sh
            kubectl get pods
            ```
            <!-- background -->
            ```sh
            ./orrery demo
            ```
            ```sh
            ls
            ```
            """);

    assertThat(blocks)
        .containsExactly(
            new Block.Background(2, "./orrery up"),
            new Block.FileContent(6, "a.yaml", "app: a\n"),
            new Block.NotRun(13, "needs a cluster"),
            new Block.Background(17, "./orrery demo"),
            new Block.Commands(20, "ls\n"));
  }

  @Test
  void readsTranscriptCommandsWithTheirOutput() {
    List<Block> blocks =
        PageReader.read(
            """
            - in a list:

              ```console
              $ echo a \\
                  b
              a b
              $ true
              ```
            """);

    assertThat(blocks)
        .containsExactly(
            new Block.Transcript(
                4,
                List.of(
                    new Block.Transcript.Step(4, "echo a \\\n    b", "a b"),
                    new Block.Transcript.Step(7, "true", "")),
                false));
  }

  @Test
  void refusesCodeBlockWithoutLanguage() {
    assertThatThrownBy(() -> PageReader.read("text\n```\nls\n```\n"))
        .hasMessage("line 2: the block has no language");
  }

  @Test
  void endsDirectiveAtProse() {
    assertThat(PageReader.read("<!-- background -->\nprose\n```sh\nls\n```\n"))
        .containsExactly(new Block.Commands(4, "ls\n"));
  }
}
