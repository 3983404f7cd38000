"""The studios' own wording: templates in versions, with clauses in Chinese and English, conditions and typed terms."""
