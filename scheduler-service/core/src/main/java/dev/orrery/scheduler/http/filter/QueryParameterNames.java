package dev.orrery.scheduler.http.filter;

import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.QueryParam;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.enums.Explode;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;

/**
 * The names of a resource method's query parameters: {@code @QueryParam}, and {@code @Parameter}
 * for parameters that the method reads itself.
 *
 * @param repeatable the names that are documented as exploded
 */
record QueryParameterNames(Set<String> all, Set<String> repeatable) {

  static QueryParameterNames of(Method method) {
    Set<String> names = new LinkedHashSet<>();
    Set<String> repeatable = new LinkedHashSet<>();
    add(method, names);
    for (java.lang.reflect.Parameter parameter : method.getParameters()) {
      add(parameter, names);
      addRepeatable(parameter, repeatable);
      if (parameter.isAnnotationPresent(BeanParam.class)) {
        for (Field field : parameter.getType().getDeclaredFields()) {
          add(field, names);
          addRepeatable(field, repeatable);
        }
      }
    }
    return new QueryParameterNames(names, repeatable);
  }

  private static void addRepeatable(AnnotatedElement element, Set<String> repeatable) {
    Parameter documented = element.getAnnotation(Parameter.class);
    if (documented != null && documented.explode() == Explode.TRUE) {
      add(element, repeatable);
    }
  }

  private static void add(AnnotatedElement element, Set<String> names) {
    QueryParam query = element.getAnnotation(QueryParam.class);
    if (query != null) {
      names.add(query.value());
    }
    Arrays.stream(element.getAnnotationsByType(Parameter.class))
        .filter(documented -> documented.in() == ParameterIn.QUERY)
        .map(Parameter::name)
        .forEach(names::add);
  }
}
