## Values of columns that several reports show: value-<key>, or value-<column>-<key> where a column says it its own way
