package dev.orrery.worker.processor;

import dev.orrery.worker.annotation.OrreryJob;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.RoundEnvironment;
import javax.annotation.processing.SupportedAnnotationTypes;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.Element;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.ElementFilter;
import javax.tools.Diagnostic;

/**
 * The annotation processor that writes a class with the names and parameters of jobs for each class
 * with {@code @OrreryJob} methods. javac finds it in the jar.
 */
@SupportedAnnotationTypes("dev.orrery.worker.annotation.*")
public final class JobNamesProcessor extends AbstractProcessor {

  @Override
  public SourceVersion getSupportedSourceVersion() {
    return SourceVersion.latestSupported();
  }

  @Override
  public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
    Map<TypeElement, List<ExecutableElement>> jobs = new LinkedHashMap<>();
    for (ExecutableElement method :
        ElementFilter.methodsIn(round.getElementsAnnotatedWith(OrreryJob.class))) {
      if (method.getEnclosingElement() instanceof TypeElement type) {
        jobs.computeIfAbsent(type, any -> new ArrayList<>()).add(method);
      }
    }
    jobs.forEach(this::write);
    return false;
  }

  private void write(TypeElement type, List<ExecutableElement> methods) {
    JobNamesSource source = new JobNamesSource(type, methods, processingEnv.getElementUtils());
    Element[] origin = {type};
    try (Writer file =
        processingEnv.getFiler().createSourceFile(source.name(), origin).openWriter()) {
      file.write(source.text());
    } catch (IOException e) {
      processingEnv
          .getMessager()
          .printMessage(
              Diagnostic.Kind.ERROR,
              "Failed to write the names of the jobs of this class: " + e.getMessage(),
              type);
    }
  }
}
