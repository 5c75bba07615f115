/** A text as it stands in YAML: bare where it can be nothing else, quoted otherwise. */
export const scalar = (text: string): string =>
  /^[A-Za-z_][\w.-]*$/.test(text) && !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(text)
    ? text
    : JSON.stringify(text).replaceAll(
        /[\u007f-\u009f\u2028\u2029\ufeff]/g,
        (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`,
      );
