package dev.orrery.testing.artery;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedClass;
import jdk.jfr.consumer.RecordingFile;

/** Records the classes that this process loads. */
public final class LoadedClasses {
  private static final String EVENT = "jdk.ClassLoad";

  private LoadedClasses() {}

  /** Returns the names of the classes that are loaded while the work runs. */
  public static Set<String> during(Runnable work) {
    try (Recording recording = new Recording()) {
      recording.enable(EVENT).withoutThreshold();
      recording.start();
      work.run();
      recording.stop();
      Path file = Files.createTempFile("classes", ".jfr");
      try {
        recording.dump(file);
        return RecordingFile.readAllEvents(file).stream()
            .filter(event -> event.getEventType().getName().equals(EVENT))
            .map(event -> event.<RecordedClass>getValue("loadedClass").getName())
            .collect(Collectors.toSet());
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
