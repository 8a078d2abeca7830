export default {
  area: 'People',
  sex: { '0': 'unknown', '1': 'male', '2': 'female', '9': 'not stated' },
  age: 'aged {age}',
}
