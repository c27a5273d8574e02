package dev.orrery.scheduler.http.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.orrery.protocol.ErrorCode;
import jakarta.ws.rs.Consumes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jboss.jandex.AnnotationInstance;
import org.jboss.jandex.AnnotationTarget;
import org.jboss.jandex.AnnotationValue;
import org.jboss.jandex.ClassInfo;
import org.jboss.jandex.IndexView;
import org.jboss.jandex.MethodInfo;

/** Facts of the code that the OpenAPI document needs besides the scanned annotations. */
final class ApiClasses {
  private final Map<String, List<ErrorCode>> codesOfOperations = new HashMap<>();
  private final Set<String> withoutNulls = new HashSet<>();

  ApiClasses(IndexView index) {
    for (AnnotationInstance operation : index.getAnnotations(Operation.class)) {
      AnnotationValue id = operation.value("operationId");
      if (id != null) {
        codesOfOperations.put(id.asString(), codesOf(operation.target().asMethod()));
      }
    }
    for (AnnotationInstance include : index.getAnnotations(JsonInclude.class)) {
      if (include.target().kind() == AnnotationTarget.Kind.CLASS
          && include.value().asEnum().equals(JsonInclude.Include.NON_NULL.name())) {
        withoutNulls.add(schemaName(include.target().asClass()));
      }
    }
  }

  /** A class that consumes JSON refuses other media types in calls without a body, too. */
  private static List<ErrorCode> codesOf(MethodInfo method) {
    List<ErrorCode> codes = new ArrayList<>();
    AnnotationInstance own = method.annotation(ErrorCodes.class);
    if (own != null) {
      Arrays.stream(own.value().asEnumArray()).map(ErrorCode::valueOf).forEach(codes::add);
    }
    if (method.declaringClass().hasDeclaredAnnotation(Consumes.class)) {
      codes.add(ErrorCode.UNSUPPORTED_MEDIA_TYPE);
    }
    return codes;
  }

  /** Returns the codes of an operation, without those that every operation has. */
  List<ErrorCode> codesOf(String operationId) {
    return codesOfOperations.getOrDefault(operationId, List.of());
  }

  /** Returns true if the JSON of this schema omits properties that are null. */
  boolean leavesNullsOut(String schema) {
    return withoutNulls.contains(schema);
  }

  private static String schemaName(ClassInfo type) {
    AnnotationInstance schema = type.declaredAnnotation(Schema.class);
    AnnotationValue name = schema == null ? null : schema.value("name");
    return name == null ? type.simpleName() : name.asString();
  }
}
